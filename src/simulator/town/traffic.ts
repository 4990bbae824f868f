import { CAR_SIZES } from '../things.ts'
import { type CarPlan, lightAt, type TownPlan } from './town-plan.ts'

/** A car as it is now. */
export interface CarState {
  readonly plan: CarPlan
  readonly stationM: number
  readonly speedMps: number
  readonly accelerationMps2: number
}

/** What is in a driver's way: its rear, ahead along the lane, and how fast it goes. */
interface Obstacle {
  readonly gapM: number
  readonly speedMps: number
}

/** Whoever takes room in a lane: stations of its middle. */
export interface Occupant {
  readonly stationM: number
  readonly lateralM: number
  /** Along the stations; m/s, negative for who comes against them. */
  readonly speedMps: number
  readonly lengthM: number
}

/**
 * Intelligent driver model (Treiber, Hennecke, Helbing 2000) in the form that keeps the desired headway (IDM+, Schakel et al.
 * 2010), with values for town traffic; room to the next car m, headway s, accelerations m/s^2.
 */
const DRIVER = { roomM: 2.5, headwayS: 1, accelerationMps2: 1.8, brakingMps2: 2.2, hardestBrakingMps2: 6 } as const
/** Half of a lane: who is further to the side is not in the way; m. */
const IN_THE_WAY_M = 1.6

/** What a driver who wants `desiredMps` does about the nearest obstacle; m/s^2. */
export const driverAcceleration = (speedMps: number, desiredMps: number, obstacle: Obstacle | undefined): number => {
  const { roomM, headwayS, accelerationMps2, brakingMps2, hardestBrakingMps2 } = DRIVER
  const free = desiredMps > 0 ? 1 - (speedMps / desiredMps) ** 4 : -1
  let interaction = 0
  if (obstacle) {
    const closing = (speedMps * (speedMps - obstacle.speedMps)) / (2 * Math.sqrt(accelerationMps2 * brakingMps2))
    const wantedM = roomM + Math.max(0, speedMps * headwayS + closing)
    interaction = (wantedM / Math.max(obstacle.gapM, 0.1)) ** 2
  }
  return Math.max(accelerationMps2 * Math.min(free, 1 - interaction), -hardestBrakingMps2)
}

/** The nearest thing ahead of `self` in its lane, a stop line before a light that is not green included. */
export const obstacleAhead = (
  world: TownPlan,
  timeS: number,
  self: Occupant & { readonly direction: 1 | -1 },
  others: readonly Occupant[],
): Obstacle | undefined => {
  const { direction } = self
  const gaps = others
    .filter((other) => other !== self && Math.abs(other.lateralM - self.lateralM) < IN_THE_WAY_M)
    .map((other) => ({
      gapM: direction * (other.stationM - self.stationM) - (self.lengthM + other.lengthM) / 2,
      aheadM: direction * (other.stationM - self.stationM),
      speedMps: direction * other.speedMps,
    }))
    .filter(({ aheadM }) => aheadM > 0)
  const line = world.light.stationM - direction * world.light.stopLineM
  const toLineM = direction * (line - self.stationM) - self.lengthM / 2
  // Who is already on the line drives on.
  if (lightAt(world.light, timeS) !== 'green' && toLineM > 0) {
    // The model keeps its room to a car; a line is driven up to.
    gaps.push({ gapM: toLineM + DRIVER.roomM - 1, aheadM: toLineM, speedMps: 0 })
  }
  return gaps.toSorted((a, b) => a.gapM - b.gapM)[0]
}

/** One step of time for a speed that never turns negative: what it is after, and how far that went. */
export const stepSpeed = (speedMps: number, accelerationMps2: number, stepS: number) => {
  const after = Math.max(speedMps + accelerationMps2 * stepS, 0)
  return { speedMps: after, accelerationMps2: (after - speedMps) / stepS, distanceM: ((speedMps + after) / 2) * stepS }
}

export const occupantOfCar = ({ plan, stationM, speedMps }: CarState): Occupant => ({
  stationM,
  lateralM: plan.lateralM,
  speedMps: plan.direction * speedMps,
  lengthM: CAR_SIZES[plan.shape].x,
})

/** All cars one step of time later; each looks at the others and at the ego as they were before it. */
export const advanceCars = (
  world: TownPlan,
  cars: readonly CarState[],
  ego: Occupant,
  timeS: number,
  stepS: number,
): readonly CarState[] => {
  const occupants = cars.map(occupantOfCar)
  return cars.map((car, index) => {
    const { plan } = car
    if (plan.desiredSpeedMps === 0) return car
    const self = { ...occupants[index]!, direction: plan.direction }
    const others = [...occupants.filter((_, other) => other !== index), ego]
    const obstacle = obstacleAhead(world, timeS, self, others)
    const wanted = driverAcceleration(car.speedMps, plan.desiredSpeedMps, obstacle)
    const { speedMps, accelerationMps2, distanceM } = stepSpeed(car.speedMps, wanted, stepS)
    return { plan, speedMps, accelerationMps2, stationM: car.stationM + plan.direction * distanceM }
  })
}

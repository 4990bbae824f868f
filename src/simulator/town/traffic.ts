import { CAR_SIZES } from '../things.ts'
import { DRIVER, driverAcceleration, type Obstacle, stepSpeed } from '../traffic/idm.ts'
import { type CarPlan, lightAt, type TownPlan } from './town-plan.ts'

/** A car as it is now. */
export interface CarState {
  readonly plan: CarPlan
  readonly stationM: number
  readonly speedMps: number
  readonly accelerationMps2: number
}

/** Whoever takes room in a lane: stations of its middle. */
export interface Occupant {
  readonly stationM: number
  readonly lateralM: number
  /** Along the stations; m/s, negative for who comes against them. */
  readonly speedMps: number
  readonly lengthM: number
}

/** Half of a lane: who is further to the side is not in the way; m. */
const IN_THE_WAY_M = 1.6

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

import type { Reason } from '../moment.ts'
import type { Light } from '../things.ts'
import { type Body, type DriverState, lateralOf } from './driver-state.ts'
import { DRIVER, driverAcceleration, type Obstacle } from './idm.ts'
import { capAt, placeAlong, placeOf } from './route.ts'
import { isCrossing, isWaiting, type WalkerState } from './walker.ts'

/** What a driver sees of the world. */
export interface Surroundings {
  readonly timeS: number
  readonly bodies: readonly Body[]
  readonly walkers: readonly WalkerState[]
  readonly lightAt: (signalId: string, timeS: number) => Light
}

export interface Decision {
  /** m/s^2. */
  readonly accelerationMps2: number
  /** What made it slower than a free road would; the strongest first. */
  readonly reasons: readonly Reason[]
}

interface Hindrance extends Obstacle {
  readonly kind: Reason['kind']
  readonly id: string
}

/** Between bodies that pass each other; m. */
const ASIDE_M = 0.3
/** A line is driven up to within this, where the model keeps its room to a car; m. */
const LINE_M = 1
/** Who cannot brake for an amber light with this any more drives on; m/s^2. */
const AMBER_MPS2 = 3.5
/** From how far away somebody waiting at stripes is let go first, at least: braking gently; m/s^2. */
const POLITE_MPS2 = 1.6
/** A reason counts when it takes this from the acceleration; m/s^2. */
const FELT_MPS2 = 0.25

/** How a driver accelerates, and why. */
export const decide = (driver: DriverState, surroundings: Surroundings): Decision => {
  const { speedMps, eagerness, topMps, whims, route, stationM } = driver
  const { timeS } = surroundings
  const whim = whims.find(({ fromS, toS }) => timeS >= fromS && timeS < toS)
  const capMps = Math.min(capAt(route, stationM + speedMps * 0.3) * eagerness, topMps)
  const desiredMps = Math.min(capMps, whim?.speedMps ?? Number.POSITIVE_INFINITY)
  const free = Math.max(driverAcceleration(speedMps, desiredMps, undefined), -3)
  const hindrances = [
    ...inTheWay(driver, surroundings),
    ...lines(driver, surroundings),
    ...people(driver, surroundings),
  ]
  const felt = hindrances
    .map((hindrance) => ({ hindrance, wanted: driverAcceleration(speedMps, desiredMps, hindrance) }))
    .toSorted((a, b) => a.wanted - b.wanted)
  const reasons: Reason[] = felt
    .filter(({ wanted }) => wanted < free - FELT_MPS2)
    .map(({ hindrance: { kind, id, gapM } }) => ({ kind, id, distanceM: Math.max(gapM, 0) }))
  const { lane } = placeOf(route, stationM)
  if (capMps < lane.limitMps * 0.93)
    reasons.push({ kind: capIsBend(driver) ? 'curve' : 'speed-limit', id: '', distanceM: 0 })
  return { accelerationMps2: Math.min(free, felt[0]?.wanted ?? free), reasons }
}

/** Whether it is a bend ahead, and not a lower limit, that makes it slow. */
const capIsBend = ({ route, stationM }: DriverState): boolean => {
  const here = placeOf(route, stationM).lane.limitMps
  return placeOf(route, stationM + 40).lane.limitMps >= here
}

/** Bodies that reach into the way ahead. */
export const inTheWay = (driver: DriverState, { bodies }: Pick<Surroundings, 'bodies'>): readonly Hindrance[] => {
  const { route, stationM, aheadM, widthM, speedMps, id } = driver
  const reachM = 35 + speedMps * 4
  const { lateralM } = lateralOf(driver)
  const least = Math.min(lateralM, driver.keepM)
  const most = Math.max(lateralM, driver.keepM)
  const here = route.samples[Math.min(Math.max(Math.floor(stationM / 2), 0), route.samples.length - 1)]!.pose
  const hindrances: Hindrance[] = []
  for (const body of bodies) {
    if (body.id === id) continue
    if ((body.pose.xM - here.xM) ** 2 + (body.pose.yM - here.yM) ** 2 > (reachM + 10) ** 2) continue
    const place = placeAlong(route, body.pose, stationM, stationM + reachM, 8)
    if (!place || place.stationM < stationM + aheadM * 0.3) continue
    const [cosine, sine] = [Math.abs(Math.cos(place.headingRad)), Math.abs(Math.sin(place.headingRad))]
    const halfAcross = (sine * body.lengthM + cosine * body.widthM) / 2 + widthM / 2 + ASIDE_M
    if (place.lateralM < least - halfAcross || place.lateralM > most + halfAcross) continue
    const halfAlong = (cosine * body.lengthM + sine * body.widthM) / 2
    const gapM = place.stationM - halfAlong - stationM - aheadM
    const alongMps = Math.max(body.speedMps * Math.cos(place.headingRad), 0)
    const kind = body.kind === 'vehicle' ? 'lead-vehicle' : body.kind === 'cyclist' ? 'cyclist' : 'pedestrian'
    hindrances.push({ kind, id: body.id, gapM: Math.max(gapM, 0.1), speedMps: alongMps })
  }
  return hindrances
}

/** Red lights, and junctions that are not free. */
const lines = (driver: DriverState, { timeS, lightAt }: Surroundings): readonly Hindrance[] => {
  const { route, stationM, aheadM, speedMps, granted } = driver
  return route.stops.flatMap((stop): readonly Hindrance[] => {
    const toM = stop.stationM - (stationM + aheadM)
    if (toM < -0.3 || toM > 45 + 3 * speedMps) return []
    const gapM = Math.max(toM, 0) + DRIVER.roomM - LINE_M
    if (stop.rule === 'light') {
      const light = lightAt(stop.id, timeS)
      const tooLate = light === 'amber' && toM < speedMps ** 2 / (2 * AMBER_MPS2)
      if (light !== 'green' && !tooLate) return [{ kind: 'red-light', id: stop.id, gapM, speedMps: 0 }]
    }
    const connector = route.connectors.find(({ fromM }) => fromM >= stop.stationM && fromM < stop.stationM + 9)
    if (!connector || granted.includes(connector.lane.id) || toM > asksWithin(speedMps)) return []
    const kind = stop.rule === 'stop' ? 'stop-sign' : 'give-way'
    return [{ kind, id: stop.id, gapM, speedMps: 0 }]
  })
}

/** From how far before its line a driver asks for its way across, or brakes; m. */
export const asksWithin = (speedMps: number): number => speedMps ** 2 / (2 * 1.8) + 14

/** People who cross, or wait to where they go first. */
const people = (driver: DriverState, { walkers, timeS }: Surroundings): readonly Hindrance[] => {
  const { route, stationM, aheadM, speedMps } = driver
  return route.crossings.flatMap(({ stationM: at, crossing }): readonly Hindrance[] => {
    const toM = at - crossing.widthM / 2 - 0.8 - (stationM + aheadM)
    if (toM < -0.5 || toM > 60) return []
    const walker = walkers.find((one) => {
      if (one.plan.crossing?.id !== crossing.id) return false
      if (isCrossing(one)) return true
      const polite = crossing.painted && crossing.signalId === undefined
      return polite && isWaiting(one, timeS) && toM > speedMps ** 2 / (2 * POLITE_MPS2)
    })
    if (!walker) return []
    return [{ kind: 'pedestrian', id: walker.plan.id, gapM: Math.max(toM, 0) + DRIVER.roomM - LINE_M, speedMps: 0 }]
  })
}

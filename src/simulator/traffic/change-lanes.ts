import type { Lane, RoadMap } from '../road-map.ts'
import { type Body, bodiesOfDriver, bodyOfDriver, type DriverState } from './driver-state.ts'
import { driverAcceleration } from './idm.ts'
import { capAt, placeAlong, placeOf, type Route, routeOver } from './route.ts'

/** MOBIL (Kesting, Treiber, Helbing 2007), values of its authors: what others lose counts this much, what it must gain, what nobody behind may be forced to; m/s^2. */
const POLITENESS = 0.2
const GAIN_MPS2 = 0.25
const SAFE_MPS2 = 2
/** German law: keep right; m/s^2. */
const RIGHT_BIAS_MPS2 = 0.12
/** A change takes this long, at least this way; s, m. */
const CHANGE_S = 4
const CHANGE_LEAST_M = 22
/** Between two changes of one driver; s. */
const REST_S = 5
/** Nobody changes within this of a stop line or the end of the lane; m. */
const KEEP_FROM_END_M = 60
/** Room that must be free beside and behind; m. */
const BESIDE_M = 6

export interface LaneChanges {
  readonly map: RoadMap
  readonly lanes: ReadonlyMap<string, Lane>
  /** Of a way from a lane on, always the same. */
  readonly routeFrom: (lane: Lane) => Route
}

export const createLaneChanges = (map: RoadMap): LaneChanges => {
  const lanes = new Map(map.lanes.map((lane) => [lane.id, lane]))
  const known = new Map<string, Route>()
  return {
    map,
    lanes,
    routeFrom(lane) {
      const before = known.get(lane.id)
      if (before) return before
      const way = [lane]
      for (let next = lane.nextIds[0]; next !== undefined; next = way.at(-1)!.nextIds[0]) way.push(lanes.get(next)!)
      const route = routeOver(way, map)
      known.set(lane.id, route)
      return route
    },
  }
}

/** Everybody who is better off in the lane beside and hurts nobody begins to go there, one after the other. */
export const changeLanes = (
  drivers: readonly DriverState[],
  changes: LaneChanges,
  timeS: number,
): readonly DriverState[] => {
  let current = drivers
  drivers.forEach((_, index) => {
    const changed = changed1(current, index, changes, timeS)
    if (changed) current = current.with(index, changed)
  })
  return current
}

const changed1 = (
  drivers: readonly DriverState[],
  index: number,
  { lanes, routeFrom }: LaneChanges,
  timeS: number,
): DriverState | undefined => {
  const driver = drivers[index]!
  const { lane, stationM } = placeOf(driver.route, driver.stationM)
  if (driver.look?.kind === 'cyclist' || timeS - driver.changedS < REST_S || driver.speedMps < 3) return undefined
  if (!(lane.leftId || lane.rightId) || lane.path.lengthM - stationM < KEEP_FROM_END_M || stationM < 5) return undefined
  if (lane.stops.some((stop) => Math.abs(stop.stationM - stationM) < KEEP_FROM_END_M)) return undefined
  const bodies = drivers.flatMap(bodiesOfDriver)
  const stay = accelerationOn(driver, driver.route, driver.stationM, bodies)
  const options = ([['left', lane.leftId] as const, ['right', lane.rightId] as const] as const).flatMap(
    ([side, id]) => {
      if (id === undefined) return []
      const target = routeFrom(lanes.get(id)!)
      const place = placeAlong(target, bodyOfDriver(driver).pose, stationM - 30, stationM + 30, 8)
      if (!place) return []
      const ownM = place.stationM - (driver.aheadM - driver.behindM) / 2
      const go = accelerationOn(driver, target, ownM, bodies)
      const behind = followersLoss(driver, target, ownM, bodies)
      if (behind === undefined) return []
      const gain = go - stay - POLITENESS * behind + (side === 'right' ? RIGHT_BIAS_MPS2 : -RIGHT_BIAS_MPS2)
      return gain > GAIN_MPS2 ? [{ gain, target, ownM, lateralM: place.lateralM }] : []
    },
  )
  const [best] = options.toSorted((a, b) => b.gain - a.gain)
  if (!best) return undefined
  const overM = Math.max(driver.speedMps * CHANGE_S, CHANGE_LEAST_M)
  return {
    ...driver,
    route: best.target,
    stationM: best.ownM,
    sidestep: { fromM: best.lateralM - driver.keepM, beganM: best.ownM, overM },
    changedS: timeS,
  }
}

/** What a driver would do in a lane, bodies near its middle alone looked at; m/s^2. */
const accelerationOn = (driver: DriverState, route: Route, stationM: number, bodies: readonly Body[]): number => {
  const desiredMps = Math.min(capAt(route, stationM) * driver.eagerness, driver.topMps)
  const gaps = bodies.flatMap((body) => {
    if (body.id === driver.id) return []
    const place = placeAlong(route, body.pose, stationM, stationM + 90, 2.4)
    if (!place || place.stationM <= stationM) return []
    return [{ gapM: place.stationM - body.lengthM / 2 - stationM - driver.aheadM, speedMps: body.speedMps }]
  })
  const [nearest] = gaps.toSorted((a, b) => a.gapM - b.gapM)
  return driverAcceleration(driver.speedMps, desiredMps, nearest)
}

/** What the next one behind in the lane would lose; undefined when it, or somebody beside, would be in danger; m/s^2. */
const followersLoss = (
  driver: DriverState,
  route: Route,
  ownM: number,
  bodies: readonly Body[],
): number | undefined => {
  let loss = 0
  for (const body of bodies) {
    if (body.id === driver.id) continue
    const place = placeAlong(route, body.pose, ownM - 70, ownM + 30, 3.2)
    if (!place) continue
    const frontM = place.stationM + body.lengthM / 2
    const rearM = place.stationM - body.lengthM / 2
    if (frontM > ownM - driver.behindM - BESIDE_M && rearM < ownM + driver.aheadM + BESIDE_M) return undefined
    const gapM = ownM - driver.behindM - frontM
    if (gapM < 0) continue
    const desiredMps = Math.max(body.speedMps, 1)
    const forced = driverAcceleration(body.speedMps, desiredMps, { gapM, speedMps: driver.speedMps })
    if (forced < -SAFE_MPS2) return undefined
    loss = Math.max(loss, -forced)
  }
  return loss
}

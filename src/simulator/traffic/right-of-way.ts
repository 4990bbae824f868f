import type { PlanarPose } from '#geometry'
import type { Lane } from '../road-map.ts'
import type { Light } from '../things.ts'
import { asksWithin } from './decide.ts'
import type { DriverState } from './driver-state.ts'
import type { Route } from './route.ts'

/** Which connectors cannot be driven at the same time: bodies on them would come nearer than this; m. */
const APART_M = 2.9

/** Of every connector, the others that cross it or end in the same lane. */
export const conflictsOf = (connectors: readonly Lane[]): ReadonlyMap<string, ReadonlySet<string>> => {
  const sparse = connectors.map(({ id, path, nextIds }) => ({
    id,
    next: nextIds[0],
    from: id.split('-').slice(0, -1).join('-'),
    poses: path.stations.filter((_, index) => index % 2 === 0).map(({ pose }) => pose),
  }))
  return new Map(
    sparse.map((one) => [
      one.id,
      new Set(
        sparse
          .filter((other) => other.id !== one.id && other.poses[0]! !== one.poses[0]!)
          .filter(
            (other) =>
              !beginTogether(one.poses, other.poses) && (one.next === other.next || comeNear(one.poses, other.poses)),
          )
          .map(({ id }) => id),
      ),
    ]),
  )
}

const beginTogether = (a: readonly PlanarPose[], b: readonly PlanarPose[]): boolean =>
  Math.hypot(a[0]!.xM - b[0]!.xM, a[0]!.yM - b[0]!.yM) < 0.5

const comeNear = (a: readonly PlanarPose[], b: readonly PlanarPose[]): boolean =>
  a.some(({ xM, yM }) => b.some((other) => Math.hypot(xM - other.xM, yM - other.yM) < APART_M))

/** What decides who goes first. */
export interface RightOfWay {
  readonly conflicts: ReadonlyMap<string, ReadonlySet<string>>
  readonly ranks: ReadonlyMap<string, number>
  readonly lightAt: (signalId: string, timeS: number) => Light
}

/** A gap in the traffic that goes first, long enough to get across from a stand; s. */
const GAP_S = 5.5
/** Slower than this at the line is a stop; m/s, m. */
const STOOD_MPS = 0.3
const STOOD_M = 2.5
/** Whoever still can brake with this gives its way back when the light changes; m/s^2. */
const GIVES_BACK_MPS2 = 3

interface Approach {
  readonly connector: Route['connectors'][number]
  /** From the front to the line, or where the connector begins; m. */
  readonly toM: number
  readonly stop: Route['stops'][number] | undefined
}

const approachOf = ({ route, stationM, aheadM, behindM }: DriverState): Approach | undefined => {
  const connector = route.connectors.find(({ toM }) => toM > stationM - behindM)
  if (!connector) return undefined
  const stop = route.stops.find((one) => one.stationM <= connector.fromM && one.stationM > connector.fromM - 9)
  return { connector, stop, toM: (stop?.stationM ?? connector.fromM) - (stationM + aheadM) }
}

/** Everybody with the ways across that they may take now: each connector's conflicting ones are free as long as it is held. */
export const grantWays = (
  drivers: readonly DriverState[],
  rules: RightOfWay,
  timeS: number,
): readonly DriverState[] => {
  const approaches = drivers.map(approachOf)
  const rankOf = (index: number) => rules.ranks.get(approaches[index]?.connector.lane.id ?? '') ?? 0
  const held = new Map<number, readonly string[]>()
  const stood = new Map<number, string>()
  drivers.forEach((driver, index) => {
    const kept = driver.granted.filter((id) =>
      driver.route.connectors.some(({ lane, toM }) => lane.id === id && toM + 1 > driver.stationM - driver.behindM),
    )
    const approach = approaches[index]
    const red = approach?.stop?.rule === 'light' && rules.lightAt(approach.stop.id, timeS) !== 'green'
    const canStop = approach !== undefined && approach.toM > driver.speedMps ** 2 / (2 * GIVES_BACK_MPS2)
    held.set(index, red && canStop ? kept.filter((id) => id !== approach.connector.lane.id) : kept)
    if (approach?.stop && approach.toM < STOOD_M && driver.speedMps < STOOD_MPS) stood.set(index, approach.stop.id)
  })
  const isHeld = (id: string, by: number): boolean =>
    [...held].some(([other, ids]) => other !== by && ids.some((one) => rules.conflicts.get(id)?.has(one)))
  /** Somebody who goes first comes too soon. */
  const mustWait = (index: number): boolean => {
    const { connector } = approaches[index]!
    return drivers.some((other, otherIndex) => {
      const approach = approaches[otherIndex]
      if (otherIndex === index || !approach || rankOf(otherIndex) >= rankOf(index)) return false
      if (!rules.conflicts.get(connector.lane.id)?.has(approach.connector.lane.id)) return false
      if (approach.stop?.rule === 'light' && rules.lightAt(approach.stop.id, timeS) === 'red') return false
      return approach.toM > -6 && approach.toM / Math.max(other.speedMps, 2.5) < GAP_S
    })
  }
  const order = drivers
    .map((_, index) => index)
    .filter((index) => approaches[index] !== undefined)
    .toSorted((a, b) => rankOf(a) - rankOf(b) || approaches[a]!.toM - approaches[b]!.toM || a - b)
  for (const index of order) {
    const { connector, stop, toM } = approaches[index]!
    const driver = drivers[index]!
    const mine = held.get(index)!
    const { id } = connector.lane
    if (mine.includes(id) || toM > asksWithin(driver.speedMps)) continue
    const isOver = toM < -1
    const isRed = stop?.rule === 'light' && rules.lightAt(stop.id, timeS) !== 'green'
    const unstopped = stop?.rule === 'stop' && driver.stoppedAt !== stop.id
    if (
      !isOver &&
      (isRed || unstopped || isHeld(id, index) || mustWait(index) || exitIsFull(drivers, index, connector))
    )
      continue
    held.set(index, [...mine, id])
  }
  return drivers.map((driver, index) => {
    const granted = held.get(index)!
    const stoppedAt = stood.get(index) ?? driver.stoppedAt
    return { ...driver, granted, ...(stoppedAt === undefined ? {} : { stoppedAt }) }
  })
}

/** Whether somebody who hardly moves leaves no room behind the junction. */
const exitIsFull = (
  drivers: readonly DriverState[],
  index: number,
  { toM, lane }: Route['connectors'][number],
): boolean => {
  const { aheadM, behindM } = drivers[index]!
  const roomM = aheadM + behindM + 3
  return drivers.some((other, otherIndex) => {
    if (otherIndex === index || other.speedMps > 1.5) return false
    const start = other.route.lanes.findIndex(({ id }) => id === lane.nextIds[0])
    if (start < 0) return false
    const onLaneM = other.stationM - other.behindM - other.route.startsM[start]!
    return onLaneM > -8 && onLaneM < roomM && toM > 0
  })
}

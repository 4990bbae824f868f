import { nextLane } from '#dataset'
import { arcLengths, type PlanarPoint, type PlanarPose, poseAtArcLength } from '#geometry'
import { RouteCommand_Command as Command, type RouteCommand } from '#messages'
import { type InLane, lanesAlong, type Road, type RoadLane } from './navsim/road.ts'

/** The way that the navigation means, along the middles of lanes. */
export interface RouteLine {
  /** In the map frame, from a little behind the ego on; m. */
  readonly points: readonly PlanarPoint[]
  /** Speed limit at each point; m/s. */
  readonly limitsMps: readonly number[]
  /** Lights on the way: how far along it their stop lines are. */
  readonly lights: readonly { readonly lightId: string; readonly stationM: number }[]
}

/** Behind the ego, so that its own place projects onto the line; m. */
const BEHIND_M = 10
/** Ahead: 4 s at 100 km/h; m. */
const AHEAD_M = 110
/**
 * From the lane that the ego is in (the nearest to its middle that goes its way; `laneId` where that is known) on along those that
 * follow, as the navigation says. Undefined where the ego is in no lane.
 */
export const routeLine = (
  road: Road,
  ego: PlanarPose,
  route: RouteCommand | undefined,
  laneId: string,
): RouteLine | undefined => {
  const candidates = lanesAlong(road, ego, ego.headingRad)
  const start: InLane | undefined = candidates.find(({ lane }) => lane.id === laneId) ?? candidates[0]
  if (!start) return undefined
  const byId = new Map(road.lanes.map((lane) => [lane.id, lane]))
  const points: PlanarPoint[] = []
  const limitsMps: number[] = []
  const lights: { lightId: string; stationM: number }[] = []
  let [lengthM, command] = [0, route?.command ?? Command.UNKNOWN]
  const append = ({ centreLine, limitMps, lightLines }: RoadLane, fromM: number): void => {
    const along = arcLengths(centreLine)
    const kept = [
      ...(fromM > 0 ? [{ ...poseAtArcLength(centreLine, fromM) }] : []),
      ...centreLine.filter((_, index) => along[index]! > fromM || fromM === 0),
    ]
    const beginM = lengthM
    for (const { xM, yM } of kept) {
      const last = points.at(-1)
      const stepM = last ? Math.hypot(xM - last.xM, yM - last.yM) : 0
      if (last && stepM < 1e-6) continue
      lengthM += stepM
      points.push({ xM, yM })
      limitsMps.push(limitMps)
    }
    for (const { lightId, stationM } of lightLines) {
      if (stationM >= fromM) lights.push({ lightId, stationM: beginM + stationM - fromM })
    }
  }
  append(start.lane, Math.max(start.stationM - BEHIND_M, 0))
  let { lane } = start
  while (lengthM < BEHIND_M + AHEAD_M) {
    const next = nextLane(
      lane.nextIds.flatMap((id) => byId.get(id) ?? []),
      command,
    )
    if (!next) break
    append(next.lane, 0)
    lane = next.lane
    command = next.command
  }
  return points.length < 2 ? undefined : { points, limitsMps, lights }
}

import type { MessageInitShape } from '@bufbuild/protobuf'
import { normaliseAngle, type PlanarPose, planarFromTransform } from '#geometry'
import { RouteCommand_Command, type RouteCommandSchema, secondsBetween } from '#messages'
import type { StampedPose } from './ego-from-poses.ts'

/** Once a second, as a navigation would. */
const PERIOD_NS = 1_000_000_000n
/** A navigation speaks of the next turn at about this distance in town; m. */
const LOOK_AHEAD_M = 80
/** A turn at a junction takes no longer than this; a bend of the road that turns as fast counts as one; m. */
const TURN_LENGTH_M = 25
/** Half of a right angle: less is a bend. */
const TURN_RAD = Math.PI / 4
/** Shorter than this the path ahead does not tell straight on from a turn; m. */
const LEAST_PATH_M = TURN_LENGTH_M
/** Poses closer together say nothing of the path's direction, as while standing; m. */
const SPACING_M = 0.5

interface PathPoint {
  readonly arcLengthM: number
  readonly timeNs: bigint
  readonly pose: PlanarPose
}

/**
 * What a navigation would have said on the way, from where the car then went: a data set without a route has at least
 * that. Nothing for the last metres, of which it is not known where they lead.
 */
export const routeFromPath = (
  poses: readonly StampedPose[],
): readonly (MessageInitShape<typeof RouteCommandSchema> & { readonly captureTimeNs: bigint })[] => {
  const path = spacedPath(poses)
  const commands = []
  let nextNs = poses[0]?.timeNs ?? 0n
  for (const { timeNs, mapFromEgo } of poses) {
    if (timeNs < nextNs) continue
    nextNs = timeNs + PERIOD_NS
    const here = arcLengthAt(path, timeNs)
    if ((path.at(-1)?.arcLengthM ?? 0) - here < LEAST_PATH_M) continue
    commands.push({ captureTimeNs: timeNs, ...commandAhead(path, here, planarFromTransform(mapFromEgo)) })
  }
  return commands
}

const spacedPath = (poses: readonly StampedPose[]): readonly PathPoint[] => {
  const path: PathPoint[] = []
  for (const { timeNs, mapFromEgo } of poses) {
    const pose = planarFromTransform(mapFromEgo)
    const before = path.at(-1)
    const stepM = before ? Math.hypot(pose.xM - before.pose.xM, pose.yM - before.pose.yM) : 0
    if (!before || stepM >= SPACING_M) path.push({ arcLengthM: (before?.arcLengthM ?? 0) + stepM, timeNs, pose })
  }
  return path
}

const arcLengthAt = (path: readonly PathPoint[], timeNs: bigint): number => {
  const next = path.findIndex((point) => point.timeNs > timeNs)
  const to = next < 0 ? path.at(-1) : path[next]
  const from = path[next < 0 ? path.length - 1 : Math.max(next - 1, 0)]
  if (!from || !to || from === to) return from?.arcLengthM ?? 0
  const fraction = secondsBetween(from.timeNs, timeNs) / secondsBetween(from.timeNs, to.timeNs)
  return from.arcLengthM + (to.arcLengthM - from.arcLengthM) * fraction
}

/** The first turn ahead; it begins where a tenth of it is behind. */
const commandAhead = (path: readonly PathPoint[], hereM: number, pose: PlanarPose) => {
  const ahead = path.filter(
    ({ arcLengthM }) => arcLengthM > hereM && arcLengthM <= hereM + LOOK_AHEAD_M + TURN_LENGTH_M,
  )
  const points = [{ arcLengthM: hereM, pose }, ...ahead]
  for (const [index, from] of points.entries()) {
    if (from.arcLengthM > hereM + LOOK_AHEAD_M) break
    for (const to of points.slice(index + 1)) {
      if (to.arcLengthM > from.arcLengthM + TURN_LENGTH_M) break
      const turnRad = normaliseAngle(to.pose.headingRad - from.pose.headingRad)
      if (Math.abs(turnRad) < TURN_RAD) continue
      const begin = points.slice(index).find((point) => {
        const turned = normaliseAngle(point.pose.headingRad - from.pose.headingRad)
        return Math.abs(turned) > TURN_RAD / 10 && Math.sign(turned) === Math.sign(turnRad)
      })
      return {
        command: turnRad > 0 ? RouteCommand_Command.LEFT : RouteCommand_Command.RIGHT,
        distanceM: (begin ?? from).arcLengthM - hereM,
      }
    }
  }
  return { command: RouteCommand_Command.STRAIGHT }
}

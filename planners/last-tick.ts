import { IDENTITY_PLANAR_POSE, type PlanarPose, poseAtTime } from '#geometry'
import { secondsBetween } from '#messages'
import { type Ego, type EgoMotion, egoMotion } from './ego-motion.ts'
import type { Limits } from './limits.ts'
import type { PlannersState } from './state.ts'
import { pathSeenFrom, posesAhead } from './stop-path.ts'
import { stopInstant } from './stop-profile.ts'
import { seenFrom } from './trajectory.ts'

/** Where the last verdict led after a while. */
const followed = ({ stop, held, tickTimeNs }: PlannersState, durationS: number): PlanarPose => {
  if (stop) {
    const { distanceM, speedMps } = stopInstant(stop.profile, durationS)
    return posesAhead(stop.path, speedMps, [distanceM])[0] ?? IDENTITY_PLANAR_POSE
  }
  if (!held || tickTimeNs === undefined) return IDENTITY_PLANAR_POSE
  return poseAtTime(held.nodes, secondsBetween(held.referenceTimeNs, tickTimeNs) + durationS) ?? IDENTITY_PLANAR_POSE
}

/** How the ego moved since the last tick; when nobody knows, as if it had followed the last verdict. */
export const motionSinceLastTick = (
  state: PlannersState,
  ego: Ego | undefined,
  durationS: number,
  limits: Limits,
): EgoMotion =>
  egoMotion(state.ego, ego, durationS, limits) ?? {
    thenFromNow: followed(state, durationS),
    reckonedBecause: 'neither pose nor speed of the ego is known: as if it had followed the last verdict',
  }

/** What is remembered, seen from where the ego is now. */
export const movedTo = (
  { held, stop }: PlannersState,
  thenFromNow: PlanarPose,
): Pick<PlannersState, 'held' | 'stop'> => ({
  held: held && { ...held, nodes: seenFrom(held.nodes, thenFromNow) },
  stop: stop && { ...stop, path: pathSeenFrom(stop.path, thenFromNow) },
})

import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  conjugateQuaternion,
  normaliseAngle,
  poseFromTransform,
  rotateVector,
  scaleVector,
  subtractVectors,
  type Transform,
  yawOfQuaternion,
} from '#geometry'
import { type EgoStateSchema, secondsBetween } from '#messages'

/** Where the car was, and when. */
export interface StampedPose {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly mapFromEgo: Transform
}

/**
 * Poses within this of an instant tell its velocity. Consecutive ones can be 1 ms apart (each sensor has its own), where
 * a millimetre of noise would be 1 m/s; over 0.2 s it is 0.005 m/s, and braking at 4 m/s^2 bends it by less than 0.4 m/s
 * at the very ends of a drive, not at all in between.
 */
const WINDOW_S = 0.1
/** Poses of a shorter span say nothing of the motion: a tenth of the window. */
const LEAST_SPAN_S = 0.01

/**
 * An EgoState for each pose, in order. Velocity and yaw rate are the difference of the first and the last pose within
 * `windowS`; absent where there is no neighbour.
 */
export const egoStatesFromPoses = (
  poses: readonly StampedPose[],
  windowS = WINDOW_S,
): readonly (MessageInitShape<typeof EgoStateSchema> & { readonly captureTimeNs: bigint })[] => {
  let first = 0
  let last = 0
  return poses.map(({ timeNs, mapFromEgo }) => {
    while (secondsBetween(poses[first]!.timeNs, timeNs) > windowS) first += 1
    while (last + 1 < poses.length && secondsBetween(timeNs, poses[last + 1]!.timeNs) <= windowS) last += 1
    return {
      captureTimeNs: timeNs,
      poseInMap: poseFromTransform(mapFromEgo),
      ...motionBetween(poses[first]!, poses[last]!, mapFromEgo),
    }
  })
}

const motionBetween = (from: StampedPose, to: StampedPose, mapFromEgo: Transform) => {
  const spanS = secondsBetween(from.timeNs, to.timeNs)
  if (spanS < LEAST_SPAN_S) return {}
  const moved = subtractVectors(to.mapFromEgo.translation, from.mapFromEgo.translation)
  const turnRad = normaliseAngle(yawOfQuaternion(to.mapFromEgo.rotation) - yawOfQuaternion(from.mapFromEgo.rotation))
  return {
    velocityInEgoMps: rotateVector(conjugateQuaternion(mapFromEgo.rotation), scaleVector(moved, 1 / spanS)),
    yawRateRadps: turnRad / spanS,
  }
}

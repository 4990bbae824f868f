import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE, type PlanarPose, relativePlanar } from '#geometry'
import type { Limits } from './limits.ts'

/** What is known of the ego at one instant; absent is not known. */
export interface Ego {
  /** In the map frame, or any other that stays where it is; m, m, rad. */
  readonly pose?: PlanarPose | undefined
  /** Along ego x, negative backward; m/s. */
  readonly speedMps?: number | undefined
  /** Along ego x; m/s^2. */
  readonly accelerationMps2?: number | undefined
  /** rad/s. */
  readonly yawRateRadps?: number | undefined
}

/** How the ego moved between two instants. */
export interface EgoMotion {
  /** Pose of the ego frame now in the ego frame then. */
  readonly thenFromNow: PlanarPose
  /** Why it is dead-reckoned from speed and yaw rate; absent when it comes from poses. */
  readonly reckonedBecause?: string
}

/** Beyond what a car can do, for the error of two poses; m. */
const POSE_ERROR_M = 1

const mean = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : (a + b) / 2

/**
 * From the poses when both are there and a car could have gone from one to the other; else from speed and yaw rate (straight
 * when that is unknown). Undefined when there is neither.
 */
export const egoMotion = (
  then: Ego | undefined,
  now: Ego | undefined,
  durationS: number,
  limits: Limits,
): EgoMotion | undefined => {
  const speedMps = mean(then?.speedMps, now?.speedMps)
  const yawRateRadps = mean(then?.yawRateRadps, now?.yawRateRadps) ?? 0
  const reckoned =
    speedMps === undefined
      ? undefined
      : extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, speedMps, yawRateRadps, durationS)
  if (!then?.pose || !now?.pose) {
    return reckoned && { thenFromNow: reckoned, reckonedBecause: `no ego pose ${then?.pose ? 'now' : 'then'}` }
  }
  const posed = relativePlanar(then.pose, now.pose)
  if (!reckoned) return { thenFromNow: posed }
  const apartM = Math.hypot(posed.xM - reckoned.xM, posed.yM - reckoned.yM)
  const allowedM = POSE_ERROR_M + (limits.decelerationMps2 * durationS * durationS) / 2
  return apartM <= allowedM
    ? { thenFromNow: posed }
    : {
        thenFromNow: reckoned,
        reckonedBecause: `ego poses ${apartM.toFixed(1)} m from where the speed leads, at most ${allowedM.toFixed(1)} m expected`,
      }
}

import type { PlanarPoint, PlanarPose } from '#geometry'
import { addCovariances, type Covariance2, covarianceAlong } from '../covariance.ts'

/** How much an agent's acceleration may differ from what its path says, 1-sigma; m/s^2. */
export interface Liberty {
  readonly alongMps2: number
  readonly acrossMps2: number
}

/** Half a comfortable braking (2 m/s^2) along; steering about within its lane across. */
export const AS_THE_MODEL_SAYS: Liberty = { alongMps2: 1, acrossMps2: 0.3 }
/** A comfortable braking along, leaving its lane across (4 m after 4 s): it may do anything usual. */
export const BY_MOTION_ALONE: Liberty = { alongMps2: 2, acrossMps2: 0.5 }

const at = (covariance: readonly number[], row: number, column: number): number => covariance[row * 4 + column] ?? 0

/** Of the position after `timeS` at constant velocity, from the 4x4 covariance of position and velocity now. */
const carried = (covariance: readonly number[], timeS: number): Covariance2 => {
  const element = (row: number, column: number): number =>
    at(covariance, row, column) +
    timeS * (at(covariance, row, column + 2) + at(covariance, row + 2, column)) +
    timeS * timeS * at(covariance, row + 2, column + 2)
  return { xx: element(0, 0), xy: element(0, 1), yy: element(1, 1) }
}

/** How uncertain a place on a path is. */
export const spreadAt = (
  {
    covariance,
    directionSigmaRad,
    liberty,
  }: {
    readonly covariance: readonly number[]
    readonly directionSigmaRad: number
    readonly liberty: Liberty
  },
  { timeS, pose, lengthM }: { readonly timeS: number; readonly pose: PlanarPose; readonly lengthM: number },
): Covariance2 => {
  const alongM = (liberty.alongMps2 * timeS * timeS) / 2
  const acrossM = Math.hypot((liberty.acrossMps2 * timeS * timeS) / 2, lengthM * directionSigmaRad)
  const cos = Math.cos(pose.headingRad)
  const sin = Math.sin(pose.headingRad)
  return [
    carried(covariance, timeS),
    covarianceAlong({ xM: cos * alongM, yM: sin * alongM }),
    covarianceAlong({ xM: -sin * acrossM, yM: cos * acrossM }),
  ].reduce(addCovariances)
}

/**
 * Of two paths that are both possible, about the likelier one's place: its own spread, and the way to the other's place as
 * often as that one is taken.
 */
export const withOther = (spread: Covariance2, place: PlanarPoint, other: PlanarPoint, share: number): Covariance2 =>
  addCovariances(spread, covarianceAlong({ xM: other.xM - place.xM, yM: other.yM - place.yM }, share))

import type { PlanarPoint } from '#geometry'

/** Of a position on the ground, in the frame that its name gives; m^2. */
export interface Covariance2 {
  readonly xx: number
  readonly xy: number
  readonly yy: number
}

export const addCovariances = (a: Covariance2, b: Covariance2): Covariance2 => ({
  xx: a.xx + b.xx,
  xy: a.xy + b.xy,
  yy: a.yy + b.yy,
})

/** The same in every direction. */
export const roundCovariance = (sigmaM: number): Covariance2 => ({ xx: sigmaM * sigmaM, xy: 0, yy: sigmaM * sigmaM })

/** Of an error along one direction, whose 1-sigma is the vector. */
export const covarianceAlong = ({ xM, yM }: PlanarPoint, share = 1): Covariance2 => ({
  xx: share * xM * xM,
  xy: share * xM * yM,
  yy: share * yM * yM,
})

export const determinantOf = ({ xx, xy, yy }: Covariance2): number => xx * yy - xy * xy

/** Squared distance in sigmas; chi-squared with two degrees of freedom when the covariance is right. */
export const mahalanobisSquared = ({ xM, yM }: PlanarPoint, covariance: Covariance2): number =>
  (covariance.yy * xM * xM - 2 * covariance.xy * xM * yM + covariance.xx * yM * yM) / determinantOf(covariance)

import type { BoxRays } from './box-rays.ts'
import type { KindPrior } from './kind-prior.ts'

/** Along the ground from the camera to the nearest point of an agent. */
export interface BoxRange {
  readonly rangeM: number
  /** 1-sigma of what is drawn anew in each image; m. */
  readonly noiseM: number
  /** 1-sigma of what stays the same from image to image, since the agent is not as high as usual; m. */
  readonly bySizeM: number
  /** The same, since the ground is not where it is taken to be; m. */
  readonly byGroundM: number
}

/** Pitch of the body (suspension, braking) and what the calibration leaves; 0.35 degrees. */
const PITCH_SIGMA_RAD = 0.006
/**
 * The road does not stay in the plane that the car stands on: 1-sigma of the radius of its crests and sags; m. Between
 * the least crest of a street for 50 km/h (700 m) and for 80 km/h (2600 m) in AASHTO's Green Book (K of 7 and 26).
 */
const ROAD_RADIUS_M = 1500
/** Springs and load raise and lower the camera; m. */
const CAMERA_HEIGHT_SIGMA_M = 0.03
/** A range whose inverse is known no better than this many sigmas has no upper end that deserves the name. */
const LEAST_SIGMAS = 2.5
/**
 * Where the two ways differ by more sigmas than this, it is the ground that is not believed: agents stand on kerbs,
 * stairs and other roads, none is twice as tall as usual.
 */
const BELIEVED_APART_SIGMAS = 3
/** A box that goes below the image stands between the camera and the last ground in it: middle and sigma of an even spread. */
const EVEN = { middle: 0.5, sigma: 0.29 } as const

/** `edgeSigmaPx`: of the upper and of the lower edge. Undefined when the box says nothing of the range. */
export const rangeOfBox = (
  rays: BoxRays,
  prior: KindPrior,
  edgeSigmaPx: { readonly top: number; readonly bottom: number },
  maxRangeM: number,
): BoxRange | undefined => {
  const { bottomSlope, topSlope, cameraHeightM, cut } = rays
  const bottomNoise = rays.slopePerPx * edgeSigmaPx.bottom
  const topNoise = rays.slopePerPx * edgeSigmaPx.top
  if (cut.bottom) {
    const lastGroundM = bottomSlope < 0 ? cameraHeightM / -bottomSlope : Number.POSITIVE_INFINITY
    if (lastGroundM > maxRangeM) return undefined
    // Where it stands below the image is not drawn anew: it stays there.
    const noiseM = bottomNoise * lastGroundM
    return { rangeM: EVEN.middle * lastGroundM, noiseM, bySizeM: 0, byGroundM: EVEN.sigma * lastGroundM }
  }

  // Both ways give the inverse of the range, in which they are linear and a box above the horizon is no special case.
  const height = prior.sizeM.z
  const heightShare = prior.heightSigmaM / height
  const inverseByHeight = cut.top ? undefined : (topSlope - bottomSlope) / height
  const inverseByGround = -bottomSlope / cameraHeightM
  let inverse = inverseByHeight ?? Math.max(inverseByGround, 1 / maxRangeM)
  let noise = 0
  let bySize = 0
  let byGround = 0
  // The road's and the height's part depend on the range itself; a third round changes less than 1 %.
  for (let round = 0; round < 3; round += 1) {
    const roadSlope = 1 / (2 * ROAD_RADIUS_M * Math.max(inverse, 1 / maxRangeM))
    const groundShared = Math.hypot(PITCH_SIGMA_RAD, roadSlope, CAMERA_HEIGHT_SIGMA_M * inverse) / cameraHeightM
    const heightShared = inverse * heightShare
    const heightVariance = heightShared ** 2 + (bottomNoise ** 2 + topNoise ** 2) / height ** 2
    const elsewhere =
      inverseByHeight === undefined
        ? 0
        : ((inverseByGround - inverseByHeight) / BELIEVED_APART_SIGMAS) ** 2 - heightVariance
    const groundVariance = Math.max(groundShared ** 2 + (bottomNoise / cameraHeightM) ** 2, elsewhere)
    const groundWeight = inverseByHeight === undefined ? 1 : heightVariance / (groundVariance + heightVariance)
    const heightWeight = 1 - groundWeight
    inverse = groundWeight * inverseByGround + heightWeight * (inverseByHeight ?? 0)
    const lasting = Math.sqrt(Math.max(groundVariance - (bottomNoise / cameraHeightM) ** 2, 0))
    byGround = groundWeight * lasting
    bySize = heightWeight * heightShared
    // The lower edge is in both.
    noise = Math.hypot(
      (groundWeight / cameraHeightM + heightWeight / height) * bottomNoise,
      (heightWeight / height) * topNoise,
    )
  }
  const relative = Math.hypot(noise, bySize, byGround) / inverse
  if (!(inverse >= 1 / maxRangeM && relative * LEAST_SIGMAS <= 1)) return undefined
  // Mean and sigma of the inverse of a normal number, to the second order: its spread is longer outward.
  const rangeM = (1 + relative ** 2) / inverse
  const toM = Math.sqrt(1 + 8 * relative ** 2) / inverse ** 2
  return { rangeM, noiseM: noise * toM, bySizeM: bySize * toM, byGroundM: byGround * toM }
}

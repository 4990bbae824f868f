import type { KindPrior } from './kind-prior.ts'

/** From the line that an agent touches to its centre, across that line. */
export interface HalfDepth {
  readonly meanM: number
  readonly sigmaM: number
}

/** Angles between the agent's length and the ray that are tried, all round by symmetry: every 5 degrees. */
const ANGLES_RAD: readonly number[] = Array.from({ length: 36 }, (_, index) => (index * Math.PI) / 36)
/** Agents of one kind differ in their ratio of width to height by this share. */
const ASPECT_SIGMA_SHARE = 0.15
/** Of the size itself: lengths of cars spread by a tenth. */
const SIZE_SIGMA_SHARE = 0.1

/**
 * A box as wide as it is high shows a car from the front or behind, one three times as wide its side. Every angle is
 * weighed by how well it explains the box's ratio of width to height; undefined ratio: all angles alike. Nothing is
 * taken from the direction of the road. `normalRad`: from the ray to the normal of the line.
 */
export const halfDepthOf = (
  { sizeM: { x: length, y: width, z: height } }: KindPrior,
  normalRad: number,
  aspect?: number,
): HalfDepth => {
  let sum = 0
  let first = 0
  let second = 0
  for (const angle of ANGLES_RAD) {
    const across = length * Math.abs(Math.sin(angle)) + width * Math.abs(Math.cos(angle))
    const misfit = aspect === undefined ? 0 : (aspect / (across / height) - 1) / ASPECT_SIGMA_SHARE
    // Never 0: a box that no angle explains well is still seen under some angle.
    const weight = Math.exp(-0.5 * misfit * misfit) + 1e-3
    const toNormal = angle - normalRad
    const depthM = (length * Math.abs(Math.cos(toNormal)) + width * Math.abs(Math.sin(toNormal))) / 2
    sum += weight
    first += weight * depthM
    second += weight * depthM * depthM
  }
  const meanM = first / sum
  const varianceM2 = Math.max(second / sum - meanM * meanM, 0)
  return { meanM, sigmaM: Math.hypot(Math.sqrt(varianceM2), SIZE_SIGMA_SHARE * meanM) }
}

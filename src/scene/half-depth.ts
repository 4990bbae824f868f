import type { KindPrior } from './kind-prior.ts'

/** From the nearest point of an agent to its centre, along the ray. */
export interface HalfDepth {
  readonly meanM: number
  readonly sigmaM: number
}

/** Angles between the agent's length and the ray that are tried, 0 to 90 degrees: every 5. */
const ANGLES_RAD: readonly number[] = Array.from({ length: 19 }, (_, index) => (index * Math.PI) / 36)
/** Agents of one kind differ in their ratio of width to height by this share. */
const ASPECT_SIGMA_SHARE = 0.15
/** Of the size itself: lengths of cars spread by a tenth. */
const SIZE_SIGMA_SHARE = 0.1

/**
 * A box as wide as it is high shows a car from the front or behind, one three times as wide its side. Every angle is
 * weighed by how well it explains the box's ratio of width to height; undefined ratio: all angles alike. Nothing is
 * taken from the direction of the road.
 */
export const halfDepthOf = ({ sizeM: { x: length, y: width, z: height } }: KindPrior, aspect?: number): HalfDepth => {
  let sum = 0
  let first = 0
  let second = 0
  for (const angle of ANGLES_RAD) {
    const across = length * Math.sin(angle) + width * Math.cos(angle)
    const misfit = aspect === undefined ? 0 : (aspect / (across / height) - 1) / ASPECT_SIGMA_SHARE
    // Never 0: a box that no angle explains well is still seen under some angle.
    const weight = Math.exp(-0.5 * misfit * misfit) + 1e-3
    const depthM = (length * Math.cos(angle) + width * Math.sin(angle)) / 2
    sum += weight
    first += weight * depthM
    second += weight * depthM * depthM
  }
  const meanM = first / sum
  const varianceM2 = Math.max(second / sum - meanM * meanM, 0)
  return { meanM, sigmaM: Math.hypot(Math.sqrt(varianceM2), SIZE_SIGMA_SHARE * meanM) }
}

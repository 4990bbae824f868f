import { normaliseAngle } from '#geometry'
import type { TrackState } from './track-state.ts'

export interface Heading {
  readonly headingRad: number
  readonly sigmaRad: number
}

/** Of a heading of which nothing is known: an even spread over the circle. */
export const UNKNOWN_HEADING_SIGMA_RAD = Math.PI / Math.sqrt(3)
/** Of a heading that a lidar or a simulator measured; 3 degrees. */
const MEASURED_SIGMA_RAD = 0.05
/** Agents that move go where they point, but for drift, reversing and a turn's slip; 3 degrees. */
const SLIP_SIGMA_RAD = 0.05
/** Below this many sigmas a velocity has no direction. */
const LEAST_SIGMAS = 2

/** Measured where something measured it, else the direction of its motion, else unknown (0). */
export const headingOf = ({ belief: { mean, covariance }, measuredHeadingRad }: TrackState): Heading => {
  if (measuredHeadingRad !== undefined) return { headingRad: measuredHeadingRad, sigmaRad: MEASURED_SIGMA_RAD }
  const [, , vx, vy] = mean as readonly [number, number, number, number]
  const speed = Math.hypot(vx, vy)
  if (speed === 0) return { headingRad: 0, sigmaRad: UNKNOWN_HEADING_SIGMA_RAD }
  const [along, across] = [
    [vx / speed, vy / speed],
    [-vy / speed, vx / speed],
  ].map(([x, y]) => Math.sqrt(x! * x! * covariance[14]! + 2 * x! * y! * covariance[15]! + y! * y! * covariance[21]!))
  if (speed < LEAST_SIGMAS * along!) return { headingRad: 0, sigmaRad: UNKNOWN_HEADING_SIGMA_RAD }
  const sigmaRad = Math.hypot(Math.atan(across! / speed), SLIP_SIGMA_RAD)
  return { headingRad: normaliseAngle(Math.atan2(vy, vx)), sigmaRad: Math.min(sigmaRad, UNKNOWN_HEADING_SIGMA_RAD) }
}

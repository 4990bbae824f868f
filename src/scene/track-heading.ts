import { normaliseAngle } from '#geometry'
import { velocityCovariance } from './kalman.ts'
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
export const headingOf = ({ belief, measuredHeadingRad }: TrackState): Heading => {
  if (measuredHeadingRad !== undefined) return { headingRad: measuredHeadingRad, sigmaRad: MEASURED_SIGMA_RAD }
  const [, , vx, vy] = belief.mean as [number, number, number, number]
  const speed = Math.hypot(vx, vy)
  const { xx, xy, yy } = velocityCovariance(belief)
  const sigmaAlong = (x: number, y: number) => Math.sqrt(x * x * xx + 2 * x * y * xy + y * y * yy) / speed
  if (speed === 0 || speed < LEAST_SIGMAS * sigmaAlong(vx, vy)) {
    return { headingRad: 0, sigmaRad: UNKNOWN_HEADING_SIGMA_RAD }
  }
  const sigmaRad = Math.hypot(Math.atan(sigmaAlong(-vy, vx) / speed), SLIP_SIGMA_RAD)
  return { headingRad: normaliseAngle(Math.atan2(vy, vx)), sigmaRad: Math.min(sigmaRad, UNKNOWN_HEADING_SIGMA_RAD) }
}

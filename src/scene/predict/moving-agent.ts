import { normaliseAngle, type PlanarPose } from '#geometry'

/** An agent whose path is asked for; an outrider.Track is one. */
export interface MovingAgent {
  readonly id: string
  /** What it is, in a data set's or the model's words. */
  readonly label: string
  /** Of its centre; a track without one is a bug. */
  readonly poseInMap?: PlanarPose | undefined
  /** 1-sigma; rad. */
  readonly headingSigmaRad: number
  /** Over ground; m/s. Absent: stands. */
  readonly velocityInMapMps?: { readonly x: number; readonly y: number } | undefined
  /** 4x4, row-major, of x, y (m) and their velocities (m/s), in the map frame. */
  readonly covariance: readonly number[]
}

/** Slower than this the velocity says nothing of the direction; m/s. */
const STANDING_MPS = 0.5

/** The motion of an agent along its length. */
export interface Motion {
  /** Where it is, and which way its length points as it moves. */
  readonly pose: PlanarPose
  /** Negative backward; m/s. */
  readonly speedMps: number
  /** Heading of its body minus direction of its motion (or its opposite, backward); rad. */
  readonly slipRad: number
  /** How wrong the direction may be beyond what the velocity's covariance says; rad. */
  readonly directionSigmaRad: number
}

/** Splits velocity into speed along the body and direction; an agent that stands points where its body does. */
export const motionOf = ({ id, poseInMap: pose, headingSigmaRad, velocityInMapMps }: MovingAgent): Motion => {
  if (!pose) throw new Error(`track ${id} has no pose`)
  const vx = velocityInMapMps?.x ?? 0
  const vy = velocityInMapMps?.y ?? 0
  const speedMps = Math.hypot(vx, vy)
  if (speedMps < STANDING_MPS) {
    const alongMps = vx * Math.cos(pose.headingRad) + vy * Math.sin(pose.headingRad)
    return { pose, speedMps: alongMps, slipRad: 0, directionSigmaRad: headingSigmaRad }
  }
  const courseRad = Math.atan2(vy, vx)
  const offRad = normaliseAngle(pose.headingRad - courseRad)
  const backward = Math.abs(offRad) > Math.PI / 2
  return {
    pose: { ...pose, headingRad: backward ? normaliseAngle(courseRad + Math.PI) : courseRad },
    speedMps: backward ? -speedMps : speedMps,
    slipRad: backward ? normaliseAngle(offRad - Math.PI) : offRad,
    directionSigmaRad: 0,
  }
}

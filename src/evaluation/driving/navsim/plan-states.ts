import { composePlanar, normaliseAngle, type PlanarBox, type PlanarPose, type TimedPose } from '#geometry'
import { cubicSpline } from './cubic-spline.ts'
import { savitzkyGolay } from './savitzky-golay.ts'

/** NAVSIM's step; s. */
export const STEP_S = 0.1
/** NAVSIM's horizon; s. */
export const HORIZON_S = 4

/** The ego as a plan finds it. */
export interface EgoNow {
  /** Of the rear axle, in the map frame. */
  readonly poseInMap: PlanarPose
  readonly speedMps: number
  readonly yawRateRadps: number
}

/** The ego's body from above; a rig's vehicle is one. */
export interface EgoBody {
  readonly lengthM: number
  readonly widthM: number
  /** Rear axle to rear bumper; m. */
  readonly rearOverhangM: number
}

/** The ego on a plan, at one of the instants 0, 0.1, … 4 s. */
export interface PlanState {
  readonly timeS: number
  /** Of the rear axle, in the map frame. */
  readonly pose: PlanarPose
  /** Along its length; m/s. */
  readonly speedMps: number
  /** m/s^2. */
  readonly accelerationMps2: number
  readonly lateralAccelerationMps2: number
  readonly yawRateRadps: number
}

/**
 * The plan at 10 Hz. NAVSIM lets a linear-quadratic regulator drive a bicycle along it; here it is taken at its word: the
 * smoothest curve through its poses that begins with the ego's speed and turn.
 */
export const planStates = (poses: readonly TimedPose[], ego: EgoNow): readonly PlanState[] => {
  const knots: TimedPose[] = [{ timeS: 0, pose: { xM: 0, yM: 0, headingRad: 0 } }, ...poses]
  let headingRad = 0
  const headings = knots.map(({ timeS, pose }) => {
    headingRad += normaliseAngle(pose.headingRad - headingRad)
    return { at: timeS, value: headingRad }
  })
  const x = cubicSpline(
    knots.map(({ timeS, pose }) => ({ at: timeS, value: pose.xM })),
    ego.speedMps,
  )
  const y = cubicSpline(
    knots.map(({ timeS, pose }) => ({ at: timeS, value: pose.yM })),
    0,
  )
  const heading = cubicSpline(headings, ego.yawRateRadps)
  const moments = Array.from({ length: Math.round(HORIZON_S / STEP_S) + 1 }, (_, index) => {
    const timeS = index * STEP_S
    const [atX, atY, turned] = [x(timeS), y(timeS), heading(timeS)]
    const speedMps = atX.slope * Math.cos(turned.value) + atY.slope * Math.sin(turned.value)
    const poseInEgo = { xM: atX.value, yM: atY.value, headingRad: normaliseAngle(turned.value) }
    return { timeS, pose: composePlanar(ego.poseInMap, poseInEgo), speedMps, yawRateRadps: turned.slope }
  })
  const speeds = moments.map(({ speedMps }) => speedMps)
  const accelerations = savitzkyGolay(speeds, { window: 5, order: 2, derivative: 1, stepS: STEP_S })
  return moments.map((moment, index) => ({
    ...moment,
    accelerationMps2: accelerations[index]!,
    lateralAccelerationMps2: moment.speedMps * moment.yawRateRadps,
  }))
}

/** The body of an ego whose rear axle is at a pose; of the pose's frame. */
export const bodyAt = (pose: PlanarPose, { lengthM, widthM, rearOverhangM }: EgoBody): PlanarBox => ({
  pose: composePlanar(pose, { xM: lengthM / 2 - rearOverhangM, yM: 0, headingRad: 0 }),
  lengthM,
  widthM,
})

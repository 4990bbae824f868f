import {
  extrapolateConstantTurnRate,
  IDENTITY_PLANAR_POSE,
  normaliseAngle,
  type PlanarPose,
  relativePlanar,
} from '#geometry'

/** Along an arc of `lengthM` that leaves at `slipRad` from the heading and turns by `turnRad` on its way. */
export const alongArc = (pose: PlanarPose, slipRad: number, lengthM: number, turnRad: number): PlanarPose => {
  const leaving = { ...pose, headingRad: pose.headingRad + slipRad }
  const { xM, yM, headingRad } = extrapolateConstantTurnRate(leaving, lengthM, turnRad, 1)
  return { xM, yM, headingRad: normaliseAngle(headingRad - slipRad) }
}

/** On the arc of constant speed and yaw rate from `a` (fraction 0) through `b` (fraction 1), and on beyond either. */
export const poseOnArc = (a: PlanarPose, b: PlanarPose, fraction: number): PlanarPose => {
  const { xM, yM, headingRad: turnRad } = relativePlanar(a, b)
  // How much shorter the chord is than its arc, taken from an arc of 1 m.
  const unit = extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, 1, turnRad, 1)
  const lengthM = Math.hypot(xM, yM) / Math.hypot(unit.xM, unit.yM)
  // A chord leaves at half of the turn.
  const slipRad = Math.atan2(yM, xM) - turnRad / 2
  return alongArc(a, slipRad, lengthM * fraction, turnRad * fraction)
}

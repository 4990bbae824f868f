import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE } from '#geometry'
import { above, type Check } from '../check.ts'

/** The first pose to come is where the ego can be by then. */
export const firstPose: Check = (nodes, { egoSpeedMps, egoYawRateRadps, limits }) => {
  const first = nodes.find(({ timeS }) => timeS > 0)
  if (!first) return []
  const { timeS, pose, step } = first
  const there = extrapolateConstantTurnRate(
    IDENTITY_PLANAR_POSE,
    egoSpeedMps ?? Number.NaN,
    egoYawRateRadps ?? 0,
    timeS,
  )
  const distanceM = Math.hypot(pose.xM - there.xM, pose.yM - there.yM)
  const limitM = limits.firstPoseM + (limits.decelerationMps2 * timeS * timeS) / 2
  return above('first-pose', distanceM, limitM, 'm', 'first pose from where the ego will be', step)
}

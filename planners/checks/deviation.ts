import { normaliseAngle, poseAtTime } from '#geometry'
import { above, type Check } from '../check.ts'

/** The ego is where the plan, seen from the ego now, says that it is. Says nothing when the plan begins later than now. */
export const deviation: Check = (nodes, { limits }) => {
  const now = poseAtTime(nodes, 0)
  if (!now) return []
  return [
    ...above('deviation', Math.abs(now.xM), limits.longitudinalDeviationM, 'm', 'ego from plan, along'),
    ...above('deviation', Math.abs(now.yM), limits.lateralDeviationM, 'm', 'ego from plan, across'),
    ...above(
      'deviation',
      Math.abs(normaliseAngle(now.headingRad)),
      limits.headingDeviationRad,
      'rad',
      'ego from plan, heading',
    ),
  ]
}

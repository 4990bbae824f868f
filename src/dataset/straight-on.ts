import { relativePlanar } from '#geometry'
import { type Moment, STEP_S } from '#simulator'

/** The poses of a plan up to 3 s; s. */
const TIMES_S = [0.5, 1, 1.5, 2, 2.5, 3] as const

/**
 * As constantVelocityAdeM of a scene, without one: how far straight on at the speed of `moments[step]` is from where the ego
 * goes, mean over 3 s; m. `moments`: one a step of the world, reaching 3 s further.
 */
export const straightOnAdeM = (moments: readonly Moment[], step = 0): number => {
  const { pose, speedMps } = moments[step]!.ego
  const errorsM = TIMES_S.map((timeS) => {
    const { xM, yM } = relativePlanar(pose, moments[step + Math.round(timeS / STEP_S)]!.ego.pose)
    return Math.hypot(xM - speedMps * timeS, yM)
  })
  return errorsM.reduce((sum, errorM) => sum + errorM, 0) / errorsM.length
}

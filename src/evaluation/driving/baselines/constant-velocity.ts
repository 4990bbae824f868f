import { type Baseline, POSE_TIMES_S } from './baseline.ts'

/** Straight on, as fast as now. */
export const constantVelocity: Baseline = {
  name: 'constant-velocity',
  plan: ({ ego: { speedMps } }) => POSE_TIMES_S.map((timeS) => ({ xM: speedMps * timeS, yM: 0, headingRad: 0 })),
}

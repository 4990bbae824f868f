import { type Baseline, POSE_TIMES_S } from './baseline.ts'

/** Where it is, at once. */
export const stopped: Baseline = {
  name: 'stopped',
  plan: () => POSE_TIMES_S.map(() => ({ xM: 0, yM: 0, headingRad: 0 })),
}

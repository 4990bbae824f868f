import type { PlanarPose } from '#geometry'
import type { SceneCase } from '../scene-case.ts'

/** A planner that looks at no image: what the model has to be better than. */
export interface Baseline {
  readonly name: string
  /** 8 poses at 0.5, 1, … 4 s, in the ego frame now. */
  readonly plan: (scene: SceneCase) => readonly PlanarPose[]
}

export const POSES = 8
export const PERIOD_S = 0.5

/** Seconds after now of each pose. */
export const POSE_TIMES_S: readonly number[] = Array.from({ length: POSES }, (_, index) => (index + 1) * PERIOD_S)

// The face of fusion: frames of one instant, and the ego's motion.

export { type FusionConfig, fusionConfig } from './config.ts'
export type { EgoEstimate } from './ego-at.ts'
export type { Frame } from './frame.ts'
export {
  admitEgo,
  admitFrame,
  closeDue,
  egoAt,
  egoHistory,
  type FusionState,
  type FusionStep,
  initialFusionState,
} from './fusion.ts'

// The face of the data sets: tapes with ground truth -> scenes, and what a model is trained with.

export { type AgentInEgo, agentsInEgo } from './agents-in-ego.ts'
export { assembleDataset, readPartSummary } from './assemble-dataset.ts'
export { checkRecord, type RecordLimits } from './check-record.ts'
export { type PartOptions, type PartSummary, writePart } from './dataset-part.ts'
export { drivingRecords, type QuestionsConfig, type SceneRecords } from './driving-records.ts'
export {
  type EmbodiedMeta,
  type EmbodiedRecord,
  type EmbodiedSplit,
  embodiedRecords,
  ROOMS_PER_SEED,
  roomSeed,
} from './embodied-records.ts'
export { EXPORT_FORMATS, type ExportFormat, exportDataset } from './export-formats.ts'
export { nextLane } from './next-lane.ts'
export { perceptionTruth } from './perception-truth.ts'
export { constantVelocityAdeM, planTruth } from './plan-truth.ts'
export { predictionTruth } from './prediction-truth.ts'
export { type ReadScenesOptions, readScenes } from './read-scenes.ts'
export type { DrivingScene, SceneImage } from './scene.ts'
export { isKept, type Selection, selectScenes } from './select-scenes.ts'
export { AGENT_SIGHT } from './sight.ts'
export { SLICES, type Slice, slicesOf } from './slices.ts'
export { straightOnAdeM } from './straight-on.ts'
export type { TrainingRecord } from './training-record.ts'

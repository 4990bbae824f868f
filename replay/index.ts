// The face of replay: a tape as a car, a tape through step again, foreign drives as tapes.

export { type AbComparison, type AbPaths, type AbReport, createAbComparison } from './ab-compare.ts'
export {
  type Comparison,
  type ComparisonReport,
  createComparison,
  type Divergence,
  type DivergenceKind,
  type TopicComparison,
} from './compare.ts'
export { describeDivergence } from './describe-divergence.ts'
export { type Comma2k19Options, openComma2k19 } from './import/comma2k19/comma2k19.ts'
export { COMMA2K19_CARS, type Comma2k19CarName } from './import/comma2k19/comma2k19-car.ts'
export { type DgpOptions, openDgp } from './import/dgp/dgp.ts'
export type { ForeignDrive } from './import/foreign-drive.ts'
export { type ImportMap, parseImportMap } from './import/mcap/import-map.ts'
export { type McapOptions, openMcap } from './import/mcap/mcap.ts'
export { type NuscenesOptions, openNuscenes } from './import/nuscenes.ts'
export { type NuscenesSample, readNuscenesSamples } from './import/nuscenes-tables.ts'
export { lastSnapshot } from './last-snapshot.ts'
export { type PlayOptions, type PlayPorts, type PlaySummary, play } from './play.ts'
export type { AnswerDifference, RecomputeReport } from './recompute.ts'
export { type ReplayPorts, type ReplayReport, replay } from './replay.ts'
export { type Latency, recordedLatencies, replayWithOtherModel } from './with-other-model.ts'

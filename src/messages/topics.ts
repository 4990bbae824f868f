import type { DescMessage } from '@bufbuild/protobuf'
import { CameraCalibrationSchema } from './generated/foxglove/CameraCalibration_pb.ts'
import { CompressedImageSchema } from './generated/foxglove/CompressedImage_pb.ts'
import { FrameTransformsSchema } from './generated/foxglove/FrameTransforms_pb.ts'
import { PosesInFrameSchema } from './generated/foxglove/PosesInFrame_pb.ts'
import { RawImageSchema } from './generated/foxglove/RawImage_pb.ts'
import { EgoStateSchema } from './generated/outrider/EgoState_pb.ts'
import { EndOfRunSchema } from './generated/outrider/EndOfRun_pb.ts'
import { FaultSchema } from './generated/outrider/Fault_pb.ts'
import { FrameSetSchema } from './generated/outrider/FrameSet_pb.ts'
import { GroundTruthSchema } from './generated/outrider/GroundTruth_pb.ts'
import { GroundTruthImageBoxesSchema } from './generated/outrider/GroundTruthImageBoxes_pb.ts'
import { GroundTruthMapSchema } from './generated/outrider/GroundTruthMap_pb.ts'
import { GroundTruthSceneSchema } from './generated/outrider/GroundTruthScene_pb.ts'
import { ModelAnswerSchema } from './generated/outrider/ModelAnswer_pb.ts'
import { ModelRequestSchema } from './generated/outrider/ModelRequest_pb.ts'
import { ModelStateSchema } from './generated/outrider/ModelState_pb.ts'
import { PerceptionSchema } from './generated/outrider/Perception_pb.ts'
import { PlanSchema } from './generated/outrider/Plan_pb.ts'
import { PredictionSchema } from './generated/outrider/Prediction_pb.ts'
import { RouteCommandSchema } from './generated/outrider/RouteCommand_pb.ts'
import { RunConfigSchema } from './generated/outrider/RunConfig_pb.ts'
import { RunDigestSchema } from './generated/outrider/RunDigest_pb.ts'
import { SnapshotSchema } from './generated/outrider/Snapshot_pb.ts'
import { StageTimingSchema } from './generated/outrider/StageTiming_pb.ts'
import { TickSchema } from './generated/outrider/Tick_pb.ts'
import { TracksSchema } from './generated/outrider/Tracks_pb.ts'
import { VerdictSchema } from './generated/outrider/Verdict_pb.ts'
import { VIEWS, type View } from './views.ts'

/**
 * Who writes a topic. `outside`: an event, admitted by the shell and stepped. `step`: recomputed and compared by
 * replay. `shell`: wall-clock facts and ground truth, neither stepped nor compared.
 */
export type Producer = 'outside' | 'step' | 'shell'

export interface Topic {
  readonly name: string
  readonly schema: DescMessage
  readonly producer: Producer
  /** How often it should come; Hz. Absent: when it happens. */
  readonly expectedHz?: number
  /** Older than this at admission, it is not used; ms. Absent: never stale. */
  readonly staleAfterMs?: number
  /** Whether a driver may send it over the wire. */
  readonly sensor: boolean
}

export const cameraTopic = (view: View): string => `/sensors/camera/${view}`
export const rawCameraTopic = (view: View): string => `/sensors/camera/${view}/raw`
export const cameraCalibrationTopic = (view: View): string => `/calibration/${view}`

const sensor = (name: string, schema: DescMessage, expectedHz: number, staleAfterMs: number): Topic => ({
  name,
  schema,
  producer: 'outside',
  expectedHz,
  staleAfterMs,
  sensor: true,
})
const event = (name: string, schema: DescMessage): Topic => ({ name, schema, producer: 'outside', sensor: false })
const output = (name: string, schema: DescMessage, expectedHz?: number): Topic => ({
  name,
  schema,
  producer: 'step',
  sensor: false,
  ...(expectedHz === undefined ? {} : { expectedHz }),
})
const aside = (name: string, schema: DescMessage): Topic => ({ name, schema, producer: 'shell', sensor: false })

/** The one table of the system: every topic that may stand on a tape. */
export const TOPICS: readonly Topic[] = [
  event('/pipeline/config', RunConfigSchema),
  ...VIEWS.flatMap((view) => [
    // Two camera periods at 12 Hz and a little: older frames show a road that is gone.
    sensor(cameraTopic(view), CompressedImageSchema, 12, 250),
    sensor(rawCameraTopic(view), RawImageSchema, 12, 250),
  ]),
  sensor('/sensors/ego', EgoStateSchema, 20, 250),
  sensor('/sensors/route', RouteCommandSchema, 1, 10_000),
  event('/sensors/fault', FaultSchema),
  event('/pipeline/tick', TickSchema),
  event('/model/state', ModelStateSchema),
  event('/model/answer', ModelAnswerSchema),
  event('/pipeline/end', EndOfRunSchema),
  ...VIEWS.map((view) => output(cameraCalibrationTopic(view), CameraCalibrationSchema)),
  output('/calibration/transforms', FrameTransformsSchema),
  output('/fusion/frame-set', FrameSetSchema, 2),
  output('/fusion/transforms', FrameTransformsSchema, 20),
  output('/model/request', ModelRequestSchema),
  output('/tasks/plan', PlanSchema),
  output('/tasks/perception', PerceptionSchema),
  output('/tasks/prediction', PredictionSchema),
  output('/scene/tracks', TracksSchema, 2),
  output('/planners/verdict', VerdictSchema, 20),
  output('/planners/path', PosesInFrameSchema, 20),
  output('/pipeline/fault', FaultSchema),
  output('/pipeline/digest', RunDigestSchema),
  output('/pipeline/snapshot', SnapshotSchema, 0.1),
  aside('/pipeline/stage-timing', StageTimingSchema),
  aside('/ground-truth/agents', GroundTruthSchema),
  aside('/ground-truth/image-boxes', GroundTruthImageBoxesSchema),
  aside('/ground-truth/scene', GroundTruthSceneSchema),
  aside('/ground-truth/map', GroundTruthMapSchema),
]

const byName = new Map(TOPICS.map((topic) => [topic.name, topic]))

/** The row of the table, or undefined for a topic that is none of ours. */
export const findTopic = (name: string): Topic | undefined => byName.get(name)

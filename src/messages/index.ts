// The face of the vocabulary.

export { captureStampOf, restamp } from './capture-stamp.ts'
export { fileDescriptorSet } from './descriptors.ts'
export { decode, encode } from './encode.ts'
export type { FaultReport } from './fault-report.ts'
export { type ArrowPrimitive, ArrowPrimitiveSchema } from './generated/foxglove/ArrowPrimitive_pb.ts'
export { type CameraCalibration, CameraCalibrationSchema } from './generated/foxglove/CameraCalibration_pb.ts'
export { type CircleAnnotation, CircleAnnotationSchema } from './generated/foxglove/CircleAnnotation_pb.ts'
export { type Color, ColorSchema } from './generated/foxglove/Color_pb.ts'
export { type CompressedImage, CompressedImageSchema } from './generated/foxglove/CompressedImage_pb.ts'
export { type CompressedVideo, CompressedVideoSchema } from './generated/foxglove/CompressedVideo_pb.ts'
export { type CubePrimitive, CubePrimitiveSchema } from './generated/foxglove/CubePrimitive_pb.ts'
export { type CylinderPrimitive, CylinderPrimitiveSchema } from './generated/foxglove/CylinderPrimitive_pb.ts'
export { type FrameTransform, FrameTransformSchema } from './generated/foxglove/FrameTransform_pb.ts'
export { type FrameTransforms, FrameTransformsSchema } from './generated/foxglove/FrameTransforms_pb.ts'
export { type ImageAnnotations, ImageAnnotationsSchema } from './generated/foxglove/ImageAnnotations_pb.ts'
export { type KeyValuePair, KeyValuePairSchema } from './generated/foxglove/KeyValuePair_pb.ts'
export {
  type LinePrimitive,
  LinePrimitive_Type,
  LinePrimitive_TypeSchema,
  LinePrimitiveSchema,
} from './generated/foxglove/LinePrimitive_pb.ts'
export {
  type LocationFix,
  LocationFix_PositionCovarianceType,
  LocationFix_PositionCovarianceTypeSchema,
  LocationFixSchema,
} from './generated/foxglove/LocationFix_pb.ts'
export { type Log, Log_Level, Log_LevelSchema, LogSchema } from './generated/foxglove/Log_pb.ts'
export { type ModelPrimitive, ModelPrimitiveSchema } from './generated/foxglove/ModelPrimitive_pb.ts'
export { type Point2, Point2Schema } from './generated/foxglove/Point2_pb.ts'
export { type Point3, Point3Schema } from './generated/foxglove/Point3_pb.ts'
export {
  type PointsAnnotation,
  PointsAnnotation_Type,
  PointsAnnotation_TypeSchema,
  PointsAnnotationSchema,
} from './generated/foxglove/PointsAnnotation_pb.ts'
export { type Pose, PoseSchema } from './generated/foxglove/Pose_pb.ts'
export { type PosesInFrame, PosesInFrameSchema } from './generated/foxglove/PosesInFrame_pb.ts'
export { type Quaternion, QuaternionSchema } from './generated/foxglove/Quaternion_pb.ts'
export { type RawImage, RawImageSchema } from './generated/foxglove/RawImage_pb.ts'
export { type SceneEntity, SceneEntitySchema } from './generated/foxglove/SceneEntity_pb.ts'
export {
  type SceneEntityDeletion,
  SceneEntityDeletion_Type,
  SceneEntityDeletion_TypeSchema,
  SceneEntityDeletionSchema,
} from './generated/foxglove/SceneEntityDeletion_pb.ts'
export { type SceneUpdate, SceneUpdateSchema } from './generated/foxglove/SceneUpdate_pb.ts'
export { type SpherePrimitive, SpherePrimitiveSchema } from './generated/foxglove/SpherePrimitive_pb.ts'
export { type TextAnnotation, TextAnnotationSchema } from './generated/foxglove/TextAnnotation_pb.ts'
export { type TextPrimitive, TextPrimitiveSchema } from './generated/foxglove/TextPrimitive_pb.ts'
export {
  type TriangleListPrimitive,
  TriangleListPrimitiveSchema,
} from './generated/foxglove/TriangleListPrimitive_pb.ts'
export { type Vector3, Vector3Schema } from './generated/foxglove/Vector3_pb.ts'
export { type EgoState, EgoStateSchema } from './generated/outrider/EgoState_pb.ts'
export { type EndOfRun, EndOfRunSchema } from './generated/outrider/EndOfRun_pb.ts'
export { type Fault, Fault_Severity, Fault_SeveritySchema, FaultSchema } from './generated/outrider/Fault_pb.ts'
export {
  type FrameSet,
  FrameSet_ClosedBy,
  FrameSet_ClosedBySchema,
  type FrameSet_EgoSample,
  FrameSet_EgoSampleSchema,
  type FrameSet_View,
  FrameSet_ViewSchema,
  FrameSetSchema,
} from './generated/outrider/FrameSet_pb.ts'
export {
  type GroundTruth,
  type GroundTruth_Agent,
  GroundTruth_AgentSchema,
  GroundTruthSchema,
} from './generated/outrider/GroundTruth_pb.ts'
export {
  type GroundTruthImageBoxes,
  type GroundTruthImageBoxes_Box,
  GroundTruthImageBoxes_BoxSchema,
  GroundTruthImageBoxesSchema,
} from './generated/outrider/GroundTruthImageBoxes_pb.ts'
export {
  type GroundTruthMap,
  type GroundTruthMap_Lane,
  GroundTruthMap_StopLine_Rule,
  GroundTruthMapSchema,
} from './generated/outrider/GroundTruthMap_pb.ts'
export {
  type GroundTruthScene,
  GroundTruthScene_AtSpeedSchema,
  type GroundTruthScene_Expert,
  GroundTruthScene_ExpertSchema,
  type GroundTruthScene_Future,
  type GroundTruthScene_Light,
  GroundTruthScene_LightSchema,
  GroundTruthScene_Reason_Kind,
  type GroundTruthScene_SeenBox,
  GroundTruthScene_SeenBoxSchema,
  type GroundTruthScene_Sign,
  GroundTruthScene_Sign_Kind,
  GroundTruthScene_SignSchema,
  GroundTruthSceneSchema,
} from './generated/outrider/GroundTruthScene_pb.ts'
export { type ImageBox, ImageBoxSchema } from './generated/outrider/ImageBox_pb.ts'
export { type ImagePoint, ImagePointSchema } from './generated/outrider/ImagePoint_pb.ts'
export { type ImageRef, ImageRefSchema } from './generated/outrider/ImageRef_pb.ts'
export {
  type ImageSizes,
  ImageSizesSchema,
  PixelSpace,
  PixelSpaceSchema,
} from './generated/outrider/ImageSizes_pb.ts'
export {
  type ModelAnswer,
  ModelAnswer_Finish,
  ModelAnswer_FinishSchema,
  ModelAnswerSchema,
} from './generated/outrider/ModelAnswer_pb.ts'
export {
  type ModelRequest,
  type ModelRequest_Message,
  ModelRequest_MessageSchema,
  type ModelRequest_Part,
  ModelRequest_PartSchema,
  type ModelRequest_Sampling,
  ModelRequest_SamplingSchema,
  type ModelRequest_Video,
  ModelRequest_VideoSchema,
  ModelRequestSchema,
} from './generated/outrider/ModelRequest_pb.ts'
export {
  type ModelState,
  ModelState_State,
  ModelState_StateSchema,
  ModelStateSchema,
} from './generated/outrider/ModelState_pb.ts'
export {
  type Perception,
  Perception_Kind,
  Perception_KindSchema,
  Perception_Light,
  Perception_LightSchema,
  Perception_LightState,
  Perception_LightStateSchema,
  Perception_Motion,
  Perception_MotionSchema,
  type Perception_Object,
  Perception_ObjectSchema,
  Perception_Occlusion,
  Perception_OcclusionSchema,
  Perception_Relevance,
  Perception_RelevanceSchema,
  Perception_Road,
  Perception_RoadSchema,
  type Perception_Sign,
  Perception_SignSchema,
  type Perception_TrafficLight,
  Perception_TrafficLightSchema,
  Perception_Weather,
  Perception_WeatherSchema,
  PerceptionSchema,
} from './generated/outrider/Perception_pb.ts'
export {
  type Plan,
  Plan_PathAction,
  Plan_PathActionSchema,
  Plan_SpeedAction,
  Plan_SpeedActionSchema,
  type Plan_Step,
  Plan_StepSchema,
  PlanSchema,
} from './generated/outrider/Plan_pb.ts'
export { type PlanarPose, PlanarPoseSchema } from './generated/outrider/PlanarPose_pb.ts'
export {
  type Prediction,
  type Prediction_Agent,
  Prediction_AgentSchema,
  Prediction_Intention,
  Prediction_IntentionSchema,
  Prediction_Source,
  Prediction_SourceSchema,
  type Prediction_Step,
  Prediction_StepSchema,
  PredictionSchema,
} from './generated/outrider/Prediction_pb.ts'
export {
  type RouteCommand,
  RouteCommand_Command,
  RouteCommand_CommandSchema,
  RouteCommandSchema,
} from './generated/outrider/RouteCommand_pb.ts'
export {
  type RunConfig,
  type RunConfig_Entry,
  RunConfig_EntrySchema,
  RunConfigSchema,
} from './generated/outrider/RunConfig_pb.ts'
export { type RunDigest, RunDigestSchema } from './generated/outrider/RunDigest_pb.ts'
export { type Snapshot, SnapshotSchema } from './generated/outrider/Snapshot_pb.ts'
export { type StageTiming, StageTimingSchema } from './generated/outrider/StageTiming_pb.ts'
export { type Tick, TickSchema } from './generated/outrider/Tick_pb.ts'
export { type Track, TrackSchema, type Tracks, TracksSchema } from './generated/outrider/Tracks_pb.ts'
export {
  type Verdict,
  Verdict_Decision,
  Verdict_DecisionSchema,
  type Verdict_Finding,
  Verdict_FindingSchema,
  type Verdict_Step,
  Verdict_StepSchema,
  VerdictSchema,
} from './generated/outrider/Verdict_pb.ts'
export { type WireHeader, WireHeaderSchema } from './generated/outrider/WireHeader_pb.ts'
export type { TapeRecord } from './record.ts'
export { nsFromTimestamp, secondsBetween, timestampFromNs } from './time.ts'
export {
  cameraCalibrationTopic,
  cameraTopic,
  findTopic,
  type Producer,
  rawCameraTopic,
  TOPICS,
  type Topic,
} from './topics.ts'
export { VIEWS, type View } from './views.ts'

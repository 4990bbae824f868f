// The face of the tasks: what we ask of the model, and how its answers are read.

export type { AnswerSchema } from './answer-schema.ts'
export type { FramesConfig } from './driving/frames-config.ts'
export type { PlanOpening } from './driving/opening.ts'
export { buildPerceptionRequest, type PerceptionInput, parsePerception, perceptionTask } from './driving/perception.ts'
export { perceptionAnswerText } from './driving/perception-answer-text.ts'
export { type PerceptionConfig, perceptionConfig } from './driving/perception-config.ts'
export {
  buildPlanRequest,
  type PlanInput,
  parsePlan,
  parsePlanSoFar,
  planAnswerText,
  planTask,
} from './driving/plan.ts'
export { type PlanConfig, planConfig } from './driving/plan-config.ts'
export {
  type AskedAgent,
  buildPredictionRequest,
  type PredictionInput,
  parsePrediction,
  predictionAnswerText,
  predictionTask,
} from './driving/prediction.ts'
export { type PredictionConfig, predictionConfig } from './driving/prediction-config.ts'
export { type AffordanceInput, affordanceTask } from './embodied/affordance.ts'
export { type EmbodiedConfig, embodiedConfig } from './embodied/embodied-config.ts'
export { type PointInput, pointTask } from './embodied/point.ts'
export type { Pointed } from './embodied/points.ts'
export type { ShortAnswer } from './embodied/short-answer.ts'
export { type SpatialInput, spatialTask } from './embodied/spatial.ts'
export { type TaskPlan, type TaskPlanInput, taskPlanTask } from './embodied/task-plan.ts'
export { requestSha256 } from './seal-request.ts'
export type { Task } from './task.ts'

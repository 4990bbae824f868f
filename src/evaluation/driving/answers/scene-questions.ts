import { perceptionTruth, predictionTruth } from '#dataset'
import type { ImageSizes, ModelRequest, Perception, Prediction } from '#messages'
import type { PipelineConfig } from '#pipeline'
import { type AskedAgent, buildPerceptionRequest, buildPlanRequest, buildPredictionRequest } from '#tasks'
import type { SceneCase } from '../scene-case.ts'

export type QuestionName = PipelineConfig['pipeline']['questions'][number]

/** What is asked about a scene, as a drive asks it, and what a perfect model would answer. */
export interface SceneQuestions {
  readonly plan: ModelRequest
  readonly perception: ModelRequest
  /** Undefined where nobody is to be seen. */
  readonly prediction: ModelRequest | undefined
  readonly perceptionTruth: Perception
  readonly predictionTruth: Prediction
  readonly agents: readonly AskedAgent[]
}

/** Seeds of sampling count from it, and no prompt says it. */
const REQUEST_ID = 1n

export const sceneQuestions = (
  { scene }: SceneCase,
  config: Pick<PipelineConfig, 'plan' | 'perception' | 'prediction'>,
  imageSizes: readonly ImageSizes[],
): SceneQuestions => {
  const { frameSet, route } = scene
  const shared = { requestId: REQUEST_ID, frameSet, route, opening: config.plan }
  const { agents, prediction } = predictionTruth(scene, imageSizes)
  return {
    plan: buildPlanRequest({ requestId: REQUEST_ID, frameSet, route, config: config.plan }),
    perception: buildPerceptionRequest({ ...shared, imageSizes, config: config.perception }),
    prediction:
      agents.length === 0 ? undefined : buildPredictionRequest({ ...shared, agents, config: config.prediction }),
    perceptionTruth: perceptionTruth(scene, imageSizes),
    predictionTruth: prediction,
    agents,
  }
}

import type { ImageSizes, ModelRequest } from '#messages'
import {
  buildPerceptionRequest,
  buildPlanRequest,
  buildPredictionRequest,
  type PerceptionConfig,
  type PlanConfig,
  type PredictionConfig,
  perceptionAnswerText,
  planAnswerText,
  predictionAnswerText,
} from '#tasks'
import { scenesAtOtherSpeeds } from './other-speeds.ts'
import { perceptionTruth } from './perception-truth.ts'
import { drivenTruth, surroundingTruth } from './plan-rewards.ts'
import { constantVelocityAdeM, planTruth } from './plan-truth.ts'
import { predictionTruth } from './prediction-truth.ts'
import { rationale } from './rationale.ts'
import type { DrivingScene } from './scene.ts'
import { slicesOf } from './slices.ts'
import { messagesOf, type RecordMeta, type RecordTruth, type TrainingRecord } from './training-record.ts'
import { wayAhead } from './way-ahead.ts'

/** The questions as the drive asks them. */
export interface QuestionsConfig {
  readonly plan: PlanConfig
  readonly perception: PerceptionConfig
  readonly prediction: PredictionConfig
}

/** The records of one frame set, by the file that they go to. */
export interface SceneRecords {
  readonly driving: readonly TrainingRecord[]
  readonly cot: readonly TrainingRecord[]
  readonly rl: readonly TrainingRecord[]
}

/** Request ids count a run's questions, and are in no prompt. */
const ONLY = { requestId: 1n } as const

/** Of an image of a scene, relative to the training files. */
export const imagePath = (sceneId: string, view: string, format: string): string => {
  const place = sceneId.lastIndexOf('-')
  return `images/${sceneId.slice(0, place)}/${sceneId.slice(place + 1)}-${view}.${format === 'jpeg' ? 'jpg' : format}`
}

/** What is asked about a frame set, and what a perfect model answers. `imageSizes`: of every view of the rig. */
export const drivingRecords = (
  scene: DrivingScene,
  config: QuestionsConfig,
  imageSizes: readonly ImageSizes[],
): SceneRecords => {
  const { frameSet, route } = scene
  const plan = planTruth(scene)
  const planText = planAnswerText(plan)
  const planInput = { ...ONLY, frameSet, route, config: config.plan }
  const thinking: PlanConfig = { ...config.plan, thinking: { ...config.plan.thinking, mode: 'on' } }
  const shared = { ...ONLY, frameSet, route, opening: config.plan }

  const planRequest = buildPlanRequest(planInput)
  const light = lightTruth(scene, planText)
  const perception = perceptionTruth(scene, imageSizes)
  const perceptionText = perceptionAnswerText(perception)
  const sky = skyIn(perceptionText)
  const record = recordOf(scene, config, sky)
  const perceptionRequest = buildPerceptionRequest({ ...shared, imageSizes, config: config.perception })
  const { agents, prediction } = predictionTruth(scene, imageSizes)
  const predictionRequest =
    agents.length === 0 ? undefined : buildPredictionRequest({ ...shared, agents, config: config.prediction })

  const plansAtOtherSpeeds = scenesAtOtherSpeeds(scene).map((other, index) => {
    const text = planAnswerText(planTruth(other))
    const request = buildPlanRequest({ ...planInput, frameSet: other.frameSet })
    return recordOf(other, config, sky)(`plan-at-speed-${index + 1}`, request, text, lightTruth(other, text))
  })

  return {
    driving: [
      record('plan', planRequest, planText, light),
      ...plansAtOtherSpeeds,
      record('perception', perceptionRequest, perceptionText, {
        boxes: boxesIn(perceptionText),
        way: wayAhead(scene, imageSizes),
      }),
      ...(predictionRequest
        ? [record('prediction', predictionRequest, predictionAnswerText(prediction, predictionRequest), {})]
        : []),
    ],
    cot: [
      record(
        'cot',
        buildPlanRequest({ ...planInput, config: thinking }),
        `<think>\n${rationale(scene.truth)}\n</think>\n${planText}`,
        { ...light, thinks: true },
      ),
    ],
    rl: [
      record('rl', planRequest, planText, {
        schema: JSON.parse(planRequest.answerSchemaJson),
        thinks: false,
        ...light,
        ...surroundingTruth(scene),
      }),
    ],
  }
}

const recordOf =
  (scene: DrivingScene, config: QuestionsConfig, sky: Sky) =>
  (name: string, request: ModelRequest, answer: string, truth: RecordTruth): TrainingRecord => {
    const { messages, views } = messagesOf(request, answer)
    return {
      id: `${scene.id}/${name}`,
      task: request.task,
      messages,
      images: views.map((view) => imagePath(scene.id, view, scene.imageOf(view).format)),
      views,
      coordinates: 'resized',
      max_pixels: config.plan.maxPixelsPerView,
      truth,
      meta: metaOf(scene, sky),
    }
  }

const metaOf = (scene: DrivingScene, sky: Sky): RecordMeta => ({
  group: scene.id,
  family: scene.truth.family,
  seed: Number(scene.truth.seed),
  ...sky,
  slices: slicesOf(scene),
  constant_velocity_ade_m: Math.round(constantVelocityAdeM(scene) * 1000) / 1000,
})

/** What a plan can be compared with that is short. */
const lightTruth = (scene: DrivingScene, planText: string): RecordTruth => ({
  ...drivenTruth(scene),
  ...actionWords(planText),
})

/** As the answer says them. */
const actionWords = (planText: string): { readonly speed: string; readonly path: string } => {
  const { speed, path } = JSON.parse(planText)
  return { speed, path }
}

type Sky = Pick<RecordMeta, 'weather' | 'light'>

const skyIn = (perceptionText: string): Sky => {
  const { weather, light } = JSON.parse(perceptionText)
  return { weather, light }
}

/** In whole pixels of the resized image. */
const boxesIn = (perceptionText: string): NonNullable<RecordTruth['boxes']> =>
  JSON.parse(perceptionText).objects.map(({ bbox_2d, label, view }: NonNullable<RecordTruth['boxes']>[number]) => ({
    bbox_2d,
    label,
    view,
  }))

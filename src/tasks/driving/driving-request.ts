import { create } from '@bufbuild/protobuf'
import {
  type FrameSet,
  type ImageSizes,
  type ModelRequest,
  ModelRequest_MessageSchema,
  ModelRequest_SamplingSchema,
  type RouteCommand,
} from '#messages'
import type { AnswerSchema } from '../answer-schema.ts'
import type { SamplingConfig } from '../sampling-config.ts'
import { sealRequest } from '../seal-request.ts'
import { type ThinkingConfig, thinkingLimits, thinkingSwitch } from '../thinking.ts'
import { openingText, type PlanOpening } from './opening.ts'
import { imageParts, textPart } from './surround.ts'

/** What every question about a frame set is given. */
export interface DrivingInput<Config> {
  /** Counts up by one per request of the run, from 1. */
  readonly requestId: bigint
  readonly frameSet: FrameSet
  /** Absent: unknown. */
  readonly route?: RouteCommand | undefined
  /** The plan's own, so that both questions begin alike. */
  readonly opening: PlanOpening
  readonly config: Config
}

/** A question beside the plan: what it adds to the plan's beginning. */
interface DrivingQuestion {
  readonly task: string
  readonly text: string
  readonly answerSchema: AnswerSchema
  /** Of the longest answer, without thoughts. */
  readonly answerTokens: number
  readonly imageSizes?: readonly ImageSizes[]
  readonly trackIds?: readonly string[]
}

/** The request: as the plan's behind the images and up to where the questions part. */
export const drivingRequest = (
  {
    requestId,
    frameSet,
    route,
    opening,
    config,
  }: DrivingInput<{ readonly sampling: SamplingConfig; readonly thinking: ThinkingConfig }>,
  { task, text, answerSchema, answerTokens, imageSizes = [], trackIds = [] }: DrivingQuestion,
): ModelRequest => {
  const { temperature, topK, topP, seed } = config.sampling
  return sealRequest({
    requestId,
    task,
    referenceTimeNs: frameSet.referenceTimeNs,
    messages: [
      create(ModelRequest_MessageSchema, { role: 'system', parts: [textPart('You are a helpful assistant.')] }),
      create(ModelRequest_MessageSchema, {
        role: 'user',
        parts: [
          ...imageParts(frameSet),
          textPart(openingText(frameSet, route, opening.historyS) + text),
          textPart(thinkingSwitch(config.thinking)),
        ],
      }),
    ],
    ...thinkingLimits(config.thinking, answerSchema, answerTokens),
    sampling: create(ModelRequest_SamplingSchema, { temperature, topK, topP, seed: BigInt(seed) + requestId }),
    maxPixelsPerView: opening.maxPixelsPerView,
    imageSizes: [...imageSizes],
    trackIds: [...trackIds],
  })
}

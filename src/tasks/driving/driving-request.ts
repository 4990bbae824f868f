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
import { mediaParts, type ShownFrames } from './shown-frames.ts'
import { textPart } from './surround.ts'

/** What every question about a frame set is given. */
export interface DrivingInput<Config> {
  /** Counts up by one per request of the run, from 1. */
  readonly requestId: bigint
  /** What it is about. */
  readonly frameSet: FrameSet
  /** Sets before it that are shown too, oldest first. */
  readonly earlier?: readonly FrameSet[]
  /** Absent: unknown. */
  readonly route?: RouteCommand | undefined
  /** The plan's own, so that both questions begin alike. */
  readonly opening: PlanOpening
  readonly config: Config
}

/** What a question adds to the beginning that all have in common. */
interface DrivingQuestion {
  readonly task: string
  readonly text: string
  readonly answerSchema: AnswerSchema
  /** Of the longest answer, without thoughts. */
  readonly answerTokens: number
  readonly imageSizes?: readonly ImageSizes[]
  readonly trackIds?: readonly string[]
}

/** Media first, then the text, the switch of thinking as a part of its own: as MiMo-Embodied was asked. */
export const drivingRequest = (
  {
    requestId,
    frameSet,
    earlier = [],
    route,
    opening,
    config,
  }: DrivingInput<{ readonly sampling: SamplingConfig; readonly thinking: ThinkingConfig }>,
  { task, text, answerSchema, answerTokens, imageSizes = [], trackIds = [] }: DrivingQuestion,
): ModelRequest => {
  const shown: ShownFrames = { sets: [...earlier, frameSet], as: opening.frames.as }
  const { seed, ...sampling } = config.sampling
  return sealRequest({
    requestId,
    task,
    referenceTimeNs: frameSet.referenceTimeNs,
    messages: [
      create(ModelRequest_MessageSchema, { role: 'system', parts: [textPart('You are a helpful assistant.')] }),
      create(ModelRequest_MessageSchema, {
        role: 'user',
        parts: [
          ...mediaParts(shown),
          textPart(openingText(shown, route, opening.historyS) + text),
          textPart(thinkingSwitch(config.thinking)),
        ],
      }),
    ],
    ...thinkingLimits(config.thinking, answerSchema, answerTokens),
    sampling: create(ModelRequest_SamplingSchema, { ...sampling, seed: BigInt(seed) + requestId }),
    maxPixelsPerView: opening.maxPixelsPerView,
    imageSizes: [...imageSizes],
    trackIds: [...trackIds],
  })
}

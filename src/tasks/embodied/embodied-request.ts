import { create } from '@bufbuild/protobuf'
import {
  type ImageRef,
  type ImageSizes,
  type ModelRequest,
  ModelRequest_MessageSchema,
  type ModelRequest_Part,
  ModelRequest_PartSchema,
  ModelRequest_SamplingSchema,
  type ModelRequest_Video,
} from '#messages'
import { longestAnswerTokens } from '../answer-budget.ts'
import type { AnswerSchema } from '../answer-schema.ts'
import { sealRequest } from '../seal-request.ts'
import { thinkingLimits, thinkingSwitch } from '../thinking.ts'
import type { EmbodiedConfig } from './embodied-config.ts'

/** What every embodied question is given. */
export interface EmbodiedInput {
  /** Counts up by one per request of the run, from 1. */
  readonly requestId: bigint
  /** What the question is about; ns since the Unix epoch. */
  readonly referenceTimeNs: bigint
  readonly images: readonly ImageRef[]
  readonly video?: Omit<ModelRequest_Video, '$typeName'> | undefined
  readonly config: EmbodiedConfig
}

interface EmbodiedQuestion {
  readonly task: string
  readonly text: string
  /** Of this question's answer. */
  readonly answerSchema: AnswerSchema
  /** The longest that the task allows. */
  readonly longest: AnswerSchema
  readonly imageSizes?: readonly ImageSizes[]
}

/** Ends a question as MiMo-Embodied's benchmarks do. */
export const BOX_SUFFIX = '\nPut your final answer in \\boxed{}.'

const part = (value: ModelRequest_Part['part']): ModelRequest_Part => create(ModelRequest_PartSchema, { part: value })

/** Media first, then the text, the switch of thinking as a part of its own. Throws OutriderError TASK_BUDGET. */
export const embodiedRequest = (
  { requestId, referenceTimeNs, images, video, config }: EmbodiedInput,
  { task, text, answerSchema, longest, imageSizes = [] }: EmbodiedQuestion,
): ModelRequest => {
  const { seed, ...sampling } = config.sampling
  return sealRequest({
    requestId,
    task,
    referenceTimeNs,
    messages: [
      create(ModelRequest_MessageSchema, {
        role: 'system',
        parts: [part({ case: 'text', value: 'You are a helpful assistant.' })],
      }),
      create(ModelRequest_MessageSchema, {
        role: 'user',
        parts: [
          ...images.map((value) => part({ case: 'image', value })),
          ...(video ? [part({ case: 'video', value: { ...video, $typeName: 'outrider.ModelRequest.Video' } })] : []),
          part({ case: 'text', value: text }),
          part({ case: 'text', value: thinkingSwitch(config.thinking) }),
        ],
      }),
    ],
    ...thinkingLimits(config.thinking, answerSchema, longestAnswerTokens(task, longest, config.answerTokenBudget)),
    sampling: create(ModelRequest_SamplingSchema, { ...sampling, seed: BigInt(seed) + requestId }),
    maxPixelsPerView: config.maxPixelsPerImage,
    imageSizes: [...imageSizes],
  })
}

/** Most tokens of an answer under the longest schema of a task, thoughts included. Throws OutriderError TASK_BUDGET. */
export const embodiedTokens = (task: string, longest: AnswerSchema, config: EmbodiedConfig): number =>
  thinkingLimits(config.thinking, longest, longestAnswerTokens(task, longest, config.answerTokenBudget)).maxNewTokens

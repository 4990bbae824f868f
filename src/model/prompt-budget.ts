import type { Bundle } from '#compiler'
import { OutriderError } from '#errors'
import { gridOf, tokenCount } from './preprocess/patchify.ts'
import { resizeLimits, type Size, smartResize } from './preprocess/smart-resize.ts'

export interface PromptBudgetInput {
  readonly bundle: Bundle
  /** Sizes of the images as they are published. */
  readonly images: readonly Size[]
  /** Each is a video of so many frames; absent: an image. */
  readonly videoFrames?: number
  readonly maxPixels?: number
  /** Tokens of the prompt besides the images; its bytes are an upper bound. */
  readonly textTokens: number
  readonly maxNewTokens: number
  /** Most tokens of prompt and answer; absent: what the model was made for. */
  readonly contextTokens?: number
}

/** Of an image or a video. */
export interface ImageBudget {
  readonly resized: Size
  readonly tokens: number
  readonly keyValueBytes: number
}

export interface PromptBudget {
  readonly images: readonly ImageBudget[]
  readonly promptTokens: number
  /** Prompt and the longest answer. */
  readonly totalTokens: number
  readonly contextTokens: number
  /** Caches of all tokens. */
  readonly keyValueBytes: number
  /** What the vision graph makes of all images, and what a cache keeps to encode none of them again. */
  readonly featureBytes: number
}

const FLOAT32_BYTES = 4

/** What one more token costs in the caches: a key and a value for each layer and head. */
export const keyValueBytesPerToken = ({ text }: Pick<Bundle, 'text'>): number =>
  text.layers * text.kvHeads * text.headDim * 2 * FLOAT32_BYTES

/** Tokens and bytes of a prompt before there is one. Throws IMAGE_ASPECT_RATIO. */
export const promptBudget = (input: PromptBudgetInput): PromptBudget => {
  const { bundle, textTokens, maxNewTokens } = input
  const perToken = keyValueBytesPerToken(bundle)
  const settings = input.videoFrames === undefined ? bundle.image : bundle.video
  const limits = resizeLimits(settings, input.maxPixels)
  const images = input.images.map((size): ImageBudget => {
    const resized = smartResize(size, limits)
    const tokens = tokenCount(gridOf(resized, input.videoFrames ?? 1, settings), bundle.vision.spatialMergeSize)
    return { resized, tokens, keyValueBytes: tokens * perToken }
  })
  const imageTokens = images.reduce((sum, { tokens }) => sum + tokens, 0)
  const promptTokens = textTokens + imageTokens
  const totalTokens = promptTokens + maxNewTokens
  const most = bundle.text.maxPositions
  const contextTokens = Math.min(input.contextTokens ?? most, most)
  return {
    images,
    promptTokens,
    totalTokens,
    contextTokens,
    keyValueBytes: totalTokens * perToken,
    featureBytes: imageTokens * bundle.text.hiddenSize * FLOAT32_BYTES,
  }
}

/** Throws MODEL_CONTEXT_EXCEEDED when prompt and longest answer do not fit. */
export const checkPromptBudget = (budget: PromptBudget): void => {
  if (budget.totalTokens <= budget.contextTokens) return
  const images = budget.images.map(({ tokens, resized }) => `${tokens} (${resized.width}x${resized.height})`)
  throw new OutriderError({
    code: 'MODEL_CONTEXT_EXCEEDED',
    expected: `prompt and answer within ${budget.contextTokens} tokens`,
    found: `${budget.promptTokens} of the prompt, of them ${images.join(' + ') || 'none'} of images, and up to ${budget.totalTokens - budget.promptTokens} of the answer`,
    next: 'give fewer pixels per image, fewer images or a shorter answer',
  })
}

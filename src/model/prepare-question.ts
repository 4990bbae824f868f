import { OutriderError } from '#errors'
import type { FeatureCache } from './feature-cache.ts'
import { checkImageSizes } from './image-sizes.ts'
import type { LoadedModel } from './loaded-model.ts'
import type { VisionPart } from './preprocess/vision-unit.ts'
import type { VisionSpan } from './prompt/mrope.ts'
import { buildPrompt, type Prompt, visionParts } from './prompt/prompt.ts'
import type { Question } from './question.ts'
import { encodeParts, lookUpVision } from './vision-features.ts'

export interface Prepared {
  readonly prompt: Prompt
  /** Features of the images and videos, in their order. */
  readonly features: readonly Float32Array[]
  /** Two prompts agree up to the first entry in which these differ: token ids, and for image tokens their image. */
  readonly identity: readonly (number | string)[]
  /** How often the vision graph ran. */
  readonly visionRuns: number
  readonly preprocessMs: number
  readonly visionMs: number
}

/**
 * Writes the prompt and encodes the images that the cache does not hold; undefined when aborted between two of them.
 * Before any graph runs, throws MODEL_CONTEXT_EXCEEDED when prompt and answer together are longer than `contextTokens`,
 * and QUESTION_IMAGE_SIZES.
 */
export const prepareQuestion = async (
  model: LoadedModel,
  question: Question,
  cache: FeatureCache,
  contextTokens: number,
  signal?: AbortSignal,
): Promise<Prepared | undefined> => {
  const started = performance.now()
  const { bundle, template, tokenizer } = model
  const media = visionParts(question.messages)
  const found = await lookUpVision(bundle, media, question.maxPixels, cache)
  checkImageSizes(question.imageSizes, found.parts, bundle.vision)
  const spans = media.map((part, i): VisionSpan => {
    const { grid } = found.parts[i]!
    return part.type === 'image'
      ? { grid }
      : { grid, secondsPerGrid: secondsPerGrid(part, bundle.video.temporalPatchSize) }
  })
  const prompt = buildPrompt(question.messages, spans, template, tokenizer, bundle)
  checkContext(prompt.tokenIds.length, question.maxNewTokens, contextTokens)
  const prepared = performance.now()

  const features = await encodeParts(model, found, cache, signal)
  if (!features) return undefined
  const identity: (number | string)[] = [...prompt.tokenIds]
  for (const [i, { keys, grid }] of found.parts.entries()) {
    const unitTokens = prompt.spanLengths[i]! / grid.t
    for (const [k, key] of keys.entries()) {
      const start = prompt.spanStarts[i]! + k * unitTokens
      identity.fill(`${key} ${spans[i]!.secondsPerGrid ?? ''}`, start, start + unitTokens)
    }
  }
  return {
    prompt,
    features,
    identity,
    visionRuns: found.inputs.size,
    preprocessMs: prepared - started,
    visionMs: performance.now() - prepared,
  }
}

const secondsPerGrid = ({ fps }: Extract<VisionPart, { type: 'video' }>, temporalPatchSize: number): number => {
  if (fps > 0 && Number.isFinite(fps)) return temporalPatchSize / fps
  throw new OutriderError({ code: 'MODEL_VIDEO_FPS', expected: 'a frame rate above 0', found: String(fps) })
}

const checkContext = (promptTokens: number, maxNewTokens: number, contextTokens: number): void => {
  if (promptTokens + maxNewTokens <= contextTokens) return
  throw new OutriderError({
    code: 'MODEL_CONTEXT_EXCEEDED',
    expected: `prompt and answer within ${contextTokens} tokens`,
    found: `${promptTokens} of the prompt and up to ${maxNewTokens} of the answer`,
    next: 'give fewer pixels per image, fewer images or a shorter answer',
  })
}

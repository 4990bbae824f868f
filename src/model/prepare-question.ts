import { OutriderError } from '#errors'
import type { FeatureCache, VisionFeatures } from './feature-cache.ts'
import type { LoadedModel } from './loaded-model.ts'
import { encodeVision } from './onnx/encode-vision.ts'
import { type VisionPart, visionInput, visionKey } from './preprocess/vision-input.ts'
import type { VisionSpan } from './prompt/mrope.ts'
import { buildPrompt, type Prompt, visionParts } from './prompt/prompt.ts'
import type { Question } from './question.ts'

export interface Prepared {
  readonly prompt: Prompt
  /** Features of the images and videos, in their order. */
  readonly features: readonly Float32Array[]
  /** Two prompts agree up to the first entry in which these differ: token ids, and for image tokens their image. */
  readonly identity: readonly (number | string)[]
  readonly preprocessMs: number
  readonly visionMs: number
}

/**
 * Writes the prompt and encodes the images that the cache does not hold; undefined when aborted between two of them.
 * Throws MODEL_CONTEXT_EXCEEDED before any graph runs, when prompt and answer together are longer than `contextTokens`.
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
  const parts = visionParts(question.messages)
  const keys = parts.map((part) => visionKey(part, question.maxPixels))
  const known = keys.map((key) => cache.get(key))
  const inputs = await Promise.all(
    parts.map((part, i) => (known[i] ? undefined : visionInput(part, bundle, question.maxPixels))),
  )
  const spans = parts.map((part, i): VisionSpan => {
    const { grid } = (known[i] ?? inputs[i])!
    return part.type === 'image'
      ? { grid }
      : { grid, secondsPerGrid: secondsPerGrid(part, bundle.video.temporalPatchSize) }
  })
  const prompt = buildPrompt(question.messages, spans, template, tokenizer, bundle)
  checkContext(prompt.tokenIds.length, question.maxNewTokens, contextTokens)
  const prepared = performance.now()

  const features: Float32Array[] = []
  for (const [i, key] of keys.entries()) {
    if (signal?.aborted) return undefined
    // The same picture twice in one question is encoded once.
    let value: VisionFeatures | undefined = known[i] ?? cache.get(key)
    if (!value) {
      value = { grid: inputs[i]!.grid, features: await encodeVision(model.vision, inputs[i]!, bundle) }
      cache.set(key, value)
    }
    features.push(value.features)
  }
  const identity: (number | string)[] = [...prompt.tokenIds]
  for (const [i, start] of prompt.spanStarts.entries()) {
    const name = `${keys[i]} ${spans[i]!.secondsPerGrid ?? ''}`
    identity.fill(name, start, start + prompt.spanLengths[i]!)
  }
  return { prompt, features, identity, preprocessMs: prepared - started, visionMs: performance.now() - prepared }
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

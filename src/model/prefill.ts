import type { LoadedModel } from './loaded-model.ts'
import { type KeyValues, runDecoder, type Step } from './onnx/decoder.ts'
import type { Prepared } from './prepare-question.ts'
import type { RotaryTable } from './prompt/rotary.ts'

/**
 * Prompts run in pieces that start at multiples of this, and only whole pieces are taken over from the question before:
 * so the shapes of every run, and with them the bits of its result, do not depend on what was asked before. Tokens.
 */
export const PREFILL_CHUNK = 256

/** What the last question left: the caches of a prompt's tokens, whose identities are `identity`. */
export interface Prefix {
  readonly identity: readonly (number | string)[]
  readonly keyValues: KeyValues
}

/** How much of a prompt the prefix covers, in whole pieces, with at least one token left to run. */
export const sharedPrefix = (identity: readonly (number | string)[], prefix: Prefix | undefined): number => {
  if (!prefix) return 0
  const most = Math.min(identity.length - 1, prefix.identity.length, prefix.keyValues.length)
  let shared = 0
  while (shared < most && identity[shared] === prefix.identity[shared]) shared++
  return Math.floor(shared / PREFILL_CHUNK) * PREFILL_CHUNK
}

/** Runs the prompt from where `known` ends; undefined when aborted between two pieces. */
export const prefill = async (
  model: Pick<LoadedModel, 'bundle' | 'decoder' | 'embedding'>,
  { prompt, features, identity }: Pick<Prepared, 'prompt' | 'features' | 'identity'>,
  rotary: RotaryTable,
  known: KeyValues,
  signal?: AbortSignal,
): Promise<Step | undefined> => {
  const { decoder, embedding, bundle } = model
  const { hiddenSize } = embedding
  const tokens = prompt.tokenIds.length
  let past = known
  let step: Step | undefined
  for (let from = known.length; from < tokens; from += PREFILL_CHUNK) {
    if (signal?.aborted) return undefined
    const to = Math.min(from + PREFILL_CHUNK, tokens)
    const embeddings = new Float32Array((to - from) * hiddenSize)
    for (let i = from; i < to; i++) {
      if (typeof identity[i] === 'number') embedding.copyRow(prompt.tokenIds[i]!, embeddings, (i - from) * hiddenSize)
    }
    for (const [i, begin] of prompt.spanStarts.entries()) {
      const first = Math.max(from, begin)
      const last = Math.min(to, begin + prompt.spanLengths[i]!)
      if (first >= last) continue
      const rows = features[i]!.subarray((first - begin) * hiddenSize, (last - begin) * hiddenSize)
      embeddings.set(rows, (first - from) * hiddenSize)
    }
    step = await runDecoder(decoder, embeddings, past, rotary, bundle.text)
    past = step.keyValues
  }
  return step
}

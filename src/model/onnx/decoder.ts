import type { Bundle } from '#compiler'
import type { RotaryTable } from '../prompt/rotary.ts'
import type { Session, Tensor } from './session.ts'

/** Keys and values of the tokens so far: per layer key, then value, each (1, kvHeads, length, headDim). */
export interface KeyValues {
  readonly length: number
  readonly tensors: readonly Tensor[]
}

type TextShape = Pick<Bundle['text'], 'layers' | 'kvHeads' | 'headDim' | 'hiddenSize'>

export const noKeyValues = ({ layers, kvHeads, headDim }: TextShape): KeyValues => ({
  length: 0,
  tensors: Array.from({ length: layers * 2 }, () => ({ data: new Float32Array(0), dims: [1, kvHeads, 0, headDim] })),
})

/** The first `length` tokens, bit for bit. */
export const firstKeyValues = ({ length: all, tensors }: KeyValues, length: number): KeyValues => {
  if (length === all) return { length, tensors }
  const cut = tensors.map(({ data, dims }) => {
    const [, heads, , headDim] = dims as [number, number, number, number]
    const kept = new Float32Array(heads * length * headDim)
    for (let head = 0; head < heads; head++) {
      const from = head * all * headDim
      kept.set((data as Float32Array).subarray(from, from + length * headDim), head * length * headDim)
    }
    return { data: kept, dims: [1, heads, length, headDim] }
  })
  return { length, tensors: cut }
}

export interface Step {
  /** Of the last token (vocabulary). */
  readonly logits: Float32Array
  readonly keyValues: KeyValues
}

/** Runs the tokens whose embeddings (S, H) are given after those of `past`. `rotary` has a row for each of both. */
export const runDecoder = async (
  session: Session,
  embeddings: Float32Array,
  past: KeyValues,
  rotary: RotaryTable,
  text: TextShape,
): Promise<Step> => {
  const count = embeddings.length / text.hiddenSize
  const total = past.length + count
  const half = text.headDim / 2
  const feeds: Record<string, Tensor> = {
    inputs_embeds: { data: embeddings, dims: [1, count, text.hiddenSize] },
    rotary_cos: { data: rotary.cos.subarray(0, total * half), dims: [total, half] },
    rotary_sin: { data: rotary.sin.subarray(0, total * half), dims: [total, half] },
    seqlens_k: { data: Int32Array.of(total - 1), dims: [1] },
    total_sequence_length: { data: Int32Array.of(total), dims: [] },
  }
  for (let layer = 0; layer < text.layers; layer++) {
    feeds[`past_key_values.${layer}.key`] = past.tensors[layer * 2]!
    feeds[`past_key_values.${layer}.value`] = past.tensors[layer * 2 + 1]!
  }
  const outputs = await session.run(feeds)
  const tensors = Array.from({ length: text.layers }, (_, layer) => [
    outputs[`present.${layer}.key`]!,
    outputs[`present.${layer}.value`]!,
  ]).flat()
  return { logits: outputs.logits!.data as Float32Array, keyValues: { length: total, tensors } }
}

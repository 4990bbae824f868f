import type { Bundle } from './bundle.ts'
import type { GraphBuilder } from './onnx-graph.ts'

/** GroupQueryAttention with rotary caches takes heads of a multiple of this. */
const HEAD_STEP = 16

/** The attention of one layer: rows of packed q, k and v -> (1, tokens, …) of hidden size; also its `present.*`. */
export type Attention = (packed: string, layer: number) => string

/** Causal attention with the model's inputs `rotary_*`, `seqlens_k`, `total_sequence_length` and `past_key_values.*`. */
export const decoderAttention = (graph: GraphBuilder, text: Bundle['text']): Attention => {
  const { heads, kvHeads, headDim } = text
  const widening = headDim % HEAD_STEP === 0 ? undefined : widenHeads(graph, text)
  const caches = ['rotary_cos', 'rotary_sin'].map((name) => widening?.rotary(name) ?? name)
  const sequence = widening ? '' : graph.constant('one_sequence', [1], [0])
  return (packed, layer) => {
    const past = ['key', 'value'].map((kind) => `past_key_values.${layer}.${kind}`)
    const present = ['key', 'value'].map((kind) => `present.${layer}.${kind}`)
    const query = widening ? widening.packed(packed) : graph.node('Unsqueeze', [packed, sequence])
    const context = graph.node(
      'GroupQueryAttention',
      [
        query,
        '',
        '',
        ...past.map((name) => widening?.past(name) ?? name),
        'seqlens_k',
        'total_sequence_length',
        ...caches,
      ],
      {
        num_heads: BigInt(heads),
        kv_num_heads: BigInt(kvHeads),
        do_rotary: 1n,
        scale: 1 / Math.sqrt(headDim),
      },
      [`context.${layer}`, ...present.map((name) => (widening ? `${name}.wide` : name))],
    )
    if (!widening) return context
    for (const name of present) widening.present(`${name}.wide`, name)
    return widening.context(context)
  }
}

/**
 * For heads of another size (small test models): zeros after each half of a head up to the next size taken. The halves
 * stay apart because rotation pairs them; zeros add nothing to scores or values. Caches keep their size outside.
 */
const widenHeads = (graph: GraphBuilder, { heads, kvHeads, headDim }: Bundle['text']) => {
  const half = headDim / 2
  const wide = Math.ceil(headDim / HEAD_STEP) * HEAD_STEP
  const wideHalf = wide / 2
  const all = heads + 2 * kvHeads
  const shape = (name: string, sides: readonly number[]): string => graph.constant(name, [sides.length], sides)
  // In a shape, 0 keeps the side that is there.
  const split = shape('split_heads', [-1, all, 2, half])
  const joined = shape('joined_heads', [1, -1, all * wide])
  const splitCache = shape('split_cache', [1, kvHeads, 0, 2, half])
  const joinedCache = shape('joined_cache', [1, kvHeads, 0, wide])
  const splitWide = shape('split_wide', [1, kvHeads, 0, 2, wideHalf])
  const narrowCache = shape('narrow_cache', [1, kvHeads, 0, headDim])
  const splitContext = shape('split_context', [1, -1, heads, 2, wideHalf])
  const zeros = [2, 4, 5].map((rank) => {
    const ends = Array(rank * 2).fill(0)
    ends[rank * 2 - 1] = wideHalf - half
    return [rank, shape(`zeros_${rank}`, ends)] as const
  })
  const pad = (value: string, rank: number): string => graph.node('Pad', [value, new Map(zeros).get(rank)!])
  const start = shape('half_start', [0])
  const end = shape('half_end', [half])
  const axis = shape('half_axis', [4])
  const cutHalves = (value: string): string => graph.node('Slice', [value, start, end, axis])
  const reshape = (value: string, to: string, output?: readonly string[]): string =>
    graph.node('Reshape', [value, to], {}, output)
  return {
    rotary: (name: string) => pad(name, 2),
    packed: (name: string) => reshape(pad(reshape(name, split), 4), joined),
    past: (name: string) => reshape(pad(reshape(name, splitCache), 5), joinedCache),
    present: (name: string, output: string) => reshape(cutHalves(reshape(name, splitWide)), narrowCache, [output]),
    context: (name: string) => cutHalves(reshape(name, splitContext)),
  }
}

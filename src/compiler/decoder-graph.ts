import type { Bundle } from './bundle.ts'
import { decoderAttention } from './decoder-attention.ts'
import { linear, linearOf, rmsNorm, type Stream, swiGlu } from './graph-layers.ts'
import { type Graph, graphBuilder, type WeightPart } from './onnx-graph.ts'

/** Name of the output layer's weight in the graph. */
export const HEAD_WEIGHT = 'lm_head.weight'

/**
 * The language model for one sequence (inputs: bundle.ts). MRoPE needs no position subgraph: GroupQueryAttention turns
 * token p by row p of the caches, which are inputs. `head` is the tensor of the output layer.
 */
export const decoderGraph = (text: Bundle['text'], head: WeightPart): Graph => {
  const graph = graphBuilder()
  const { hiddenSize, kvHeads, headDim, rmsNormEpsilon } = text
  const embeds = graph.input('inputs_embeds', 'float32', [1, 'tokens', hiddenSize])
  graph.input('rotary_cos', 'float32', ['total_tokens', headDim / 2])
  graph.input('rotary_sin', 'float32', ['total_tokens', headDim / 2])
  graph.input('seqlens_k', 'int32', [1])
  graph.input('total_sequence_length', 'int32', [])
  graph.output('logits', 'float32', [1, text.vocabSize])
  for (let layer = 0; layer < text.layers; layer++) {
    for (const kind of ['key', 'value']) {
      graph.input(`past_key_values.${layer}.${kind}`, 'float32', [1, kvHeads, 'past_tokens', headDim])
      graph.output(`present.${layer}.${kind}`, 'float32', [1, kvHeads, 'total_tokens', headDim])
    }
  }
  const attention = decoderAttention(graph, text)
  const rowShape = graph.constant('rows_of_hidden', [2], [-1, hiddenSize])
  const rowsOf = (value: string): string => graph.node('Reshape', [value, rowShape])
  const last = graph.constant('last', [1], [-1])
  const lastRow = (rows: string): string => graph.node('Gather', [rows, last], { axis: 0n })

  let stream: Stream = { sum: rowsOf(embeds) }
  const kvSize = kvHeads * headDim
  for (let layer = 0; layer < text.layers; layer++) {
    const at = `model.language_model.layers.${layer}`
    const attending = rmsNorm(graph, stream, `${at}.input_layernorm.weight`, hiddenSize, rmsNormEpsilon)
    const projections = [
      [`${at}.self_attn.q_proj`, hiddenSize],
      [`${at}.self_attn.k_proj`, kvSize],
      [`${at}.self_attn.v_proj`, kvSize],
    ] as const
    const packed = linearOf(graph, attending.norm, `${at}.self_attn.qkv_proj`, projections, hiddenSize, true)
    let context = rowsOf(attention(packed, layer))
    let residual = attending.sum
    if (layer === text.layers - 1) {
      // Nothing but the last token's logits is asked for, so what follows the last attention need not be computed for
      // the others.
      context = lastRow(context)
      residual = lastRow(residual)
    }
    const attended = linear(graph, context, `${at}.self_attn.o_proj`, [hiddenSize, hiddenSize], false)
    const norm = `${at}.post_attention_layernorm.weight`
    const feeding = rmsNorm(graph, { sum: residual, pending: attended }, norm, hiddenSize, rmsNormEpsilon)
    const fed = swiGlu(graph, feeding.norm, `${at}.mlp`, [text.intermediateSize, hiddenSize], false)
    stream = { sum: feeding.sum, pending: fed }
  }
  const final = rmsNorm(graph, stream, 'model.language_model.norm.weight', hiddenSize, rmsNormEpsilon)
  graph.node('Gemm', [final.norm, graph.weight(HEAD_WEIGHT, head.shape, [head])], { transB: 1n }, ['logits'])
  return graph.build('decoder')
}

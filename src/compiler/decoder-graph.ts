import type { Bundle } from './bundle.ts'
import { linear, linearOf, rmsNorm, type Stream, swiGlu } from './graph-layers.ts'
import { type Graph, type GraphBuilder, graphBuilder, type WeightPart } from './onnx-graph.ts'

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
  graph.constant('axis_0', [1], [0])
  graph.constant('last', [1], [-1])
  graph.constant('rows_of_hidden', [2], [-1, hiddenSize])

  const lastRow = (rows: string): string => graph.node('Gather', [rows, 'last'], { axis: 0n })
  let stream: Stream = { sum: graph.node('Reshape', [embeds, 'rows_of_hidden']) }
  for (let layer = 0; layer < text.layers; layer++) {
    const at = `model.language_model.layers.${layer}`
    const attending = rmsNorm(graph, stream, `${at}.input_layernorm.weight`, hiddenSize, rmsNormEpsilon)
    let context = attention(graph, attending.norm, layer, text)
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

const attention = (graph: GraphBuilder, input: string, layer: number, text: Bundle['text']): string => {
  const at = `model.language_model.layers.${layer}.self_attn`
  const kvSize = text.kvHeads * text.headDim
  const packed = linearOf(
    graph,
    input,
    `${at}.qkv_proj`,
    [
      [`${at}.q_proj`, text.hiddenSize],
      [`${at}.k_proj`, kvSize],
      [`${at}.v_proj`, kvSize],
    ],
    text.hiddenSize,
    true,
  )
  const sequence = graph.node('Unsqueeze', [packed, 'axis_0'])
  const caches = [`past_key_values.${layer}.key`, `past_key_values.${layer}.value`]
  const rotary = ['seqlens_k', 'total_sequence_length', 'rotary_cos', 'rotary_sin']
  const context = graph.node(
    'GroupQueryAttention',
    [sequence, '', '', ...caches, ...rotary],
    { num_heads: BigInt(text.heads), kv_num_heads: BigInt(text.kvHeads), do_rotary: 1n },
    [`${at}.context`, `present.${layer}.key`, `present.${layer}.value`],
  )
  return graph.node('Reshape', [context, 'rows_of_hidden'])
}

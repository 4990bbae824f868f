import type { Bundle } from './bundle.ts'
import { linear, rmsNorm, type Stream, swiGlu } from './graph-layers.ts'
import { type Graph, type GraphBuilder, graphBuilder } from './onnx-graph.ts'

/** RMSNorm in the tower is always this; Qwen2_5_VLVisionBlock has no setting for it. */
const EPSILON = 1e-6

/** Added to the score of a padded key: its softmax is 0 however large true scores are (the default is -1e4). */
const MASKED = -1e9

/** TensorProto.BOOL. */
const BOOL = 9n

/**
 * The vision tower for all patches of one call, in window order (inputs: bundle.ts). Windows, and slices of images for
 * the blocks of full attention, are the batch of MultiHeadAttention, padded to the longest and masked.
 */
export const visionGraph = (vision: Bundle['vision']): Graph => {
  const graph = graphBuilder()
  const { hiddenSize, headDim, inChannels, temporalPatchSize, patchSize, spatialMergeSize } = vision
  const kernel = [inChannels, temporalPatchSize, patchSize, patchSize] as const
  const patchValues = kernel.reduce((product, side) => product * side, 1)
  const pixels = graph.input('pixel_values', 'float32', ['patches', patchValues])
  const cos = graph.input('rotary_cos', 'float32', ['patches', headDim / 2])
  const sin = graph.input('rotary_sin', 'float32', ['patches', headDim / 2])
  const window = groupInputs(graph, 'window', 'windows', 'window_patches')
  const images = groupInputs(graph, 'image', 'slices', 'slice_patches')
  const whole = graph.node('Cast', [graph.node('ReduceMin', [images.mask], { keepdims: 0n })], { to: BOOL })
  const restore = graph.input('merge_restore', 'int64', ['groups'])
  graph.constant('axis_0', [1], [0])
  graph.constant('first_position', [1], [0])
  graph.constant('rows_of_hidden', [2], [-1, hiddenSize])

  // A convolution whose stride is its kernel is a matrix product over flattened patches.
  const embed = { tensor: 'model.visual.patch_embed.proj.weight', shape: [hiddenSize, ...kernel] }
  const embedRows = graph.weight('patch_embed.weight', [hiddenSize, patchValues], [embed])
  let stream: Stream = { sum: graph.node('Gemm', [pixels, embedRows], { transB: 1n }) }
  for (let block = 0; block < vision.depth; block++) {
    const at = `model.visual.blocks.${block}`
    const attending = rmsNorm(graph, stream, `${at}.norm1.weight`, hiddenSize, EPSILON)
    const group = vision.fullAttentionBlocks.includes(block) ? { ...images, whole } : window
    const attended = attention(graph, attending.norm, at, vision, group, cos, sin)
    const feeding = rmsNorm(graph, { sum: attending.sum, pending: attended }, `${at}.norm2.weight`, hiddenSize, EPSILON)
    const fed = swiGlu(graph, feeding.norm, `${at}.mlp`, [vision.intermediateSize, hiddenSize], true)
    stream = { sum: feeding.sum, pending: fed }
  }

  const merged = hiddenSize * spatialMergeSize ** 2
  const last = rmsNorm(graph, stream, 'model.visual.merger.ln_q.weight', hiddenSize, EPSILON)
  const rows = graph.node('Reshape', [last.norm, graph.constant('rows_of_group', [2], [-1, merged])])
  const wide = graph.node('Gelu', [linear(graph, rows, 'model.visual.merger.mlp.0', [merged, merged], true)])
  const features = linear(graph, wide, 'model.visual.merger.mlp.2', [vision.outHiddenSize, merged], true)
  graph.output('features', 'float32', ['groups', vision.outHiddenSize])
  graph.node('Gather', [features, restore], { axis: 0n }, ['features'])
  return graph.build('vision')
}

/** How patches are put into the batches of an attention and taken out again. */
interface Group {
  readonly gather: string
  readonly mask: string
  readonly scatter: string
  /** Boolean: no entry is padding. */
  readonly whole?: string
}

const groupInputs = (graph: GraphBuilder, name: string, rows: string, columns: string): Group => ({
  gather: graph.input(`${name}_gather`, 'int64', [rows, columns]),
  mask: graph.input(`${name}_key_mask`, 'int32', [rows, columns]),
  scatter: graph.input(`${name}_scatter`, 'int64', ['patches']),
})

const attention = (
  graph: GraphBuilder,
  input: string,
  at: string,
  { hiddenSize, heads }: Bundle['vision'],
  group: Group,
  cos: string,
  sin: string,
): string => {
  const packed = linear(graph, input, `${at}.attn.qkv`, [hiddenSize * 3, hiddenSize], true)
  const q = `${at}.q`
  const k = `${at}.k`
  const v = `${at}.v`
  graph.node('Split', [packed], { axis: 1n, num_outputs: 3n }, [q, k, v])
  const batched = (rows: string): string => graph.node('Gather', [rows, group.gather], { axis: 0n })
  const turned = (rows: string): string => {
    const sequence = graph.node('Unsqueeze', [rows, 'axis_0'])
    const rotated = graph.node('RotaryEmbedding', [sequence, 'first_position', cos, sin], { num_heads: BigInt(heads) })
    return batched(graph.node('Reshape', [rotated, 'rows_of_hidden']))
  }
  const batches = [turned(q), turned(k), batched(v)]
  const whole = (): string => graph.node('MultiHeadAttention', batches, { num_heads: BigInt(heads) })
  const masked = (): string => {
    const attributes = { num_heads: BigInt(heads), mask_filter_value: MASKED }
    return graph.node('MultiHeadAttention', [...batches, '', group.mask], attributes)
  }
  // Without a mask, onnxruntime computes attention in tiles: on the CPU twice as fast for a view of 1200 patches, and
  // without a matrix of scores, which for one image of 16,000 would be 16 GB.
  const context = group.whole ? graph.choose(group.whole, whole, masked) : masked()
  const flat = graph.node('Reshape', [context, 'rows_of_hidden'])
  const patches = graph.node('Gather', [flat, group.scatter], { axis: 0n })
  return linear(graph, patches, `${at}.attn.proj`, [hiddenSize, hiddenSize], true)
}

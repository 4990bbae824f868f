import { join } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'
import type { Bundle } from './bundle.ts'
import { readJson } from './read-json.ts'

export const CONFIG = 'config.json'

/** What config.json says, once, whatever layout it came in. */
export interface ModelConfig {
  readonly text: Omit<Bundle['text'], 'eosTokenIds' | 'tiedEmbeddings'>
  readonly vision: Bundle['vision']
  readonly tokens: Pick<Bundle['tokens'], 'imageTokenId' | 'videoTokenId' | 'visionStartTokenId' | 'visionEndTokenId'>
  readonly bosTokenId: number | undefined
  readonly eosTokenIds: readonly number[]
  /** Whether the output layer shares the token embedding, as far as config.json says. */
  readonly tiedEmbeddings: boolean
}

const positive = z.int().positive()
const token = z.int().nonnegative()
const tokens = z.union([token, z.array(token)])

const ropeSchema = z.object({
  rope_type: z.string().nullish(),
  type: z.string().nullish(),
  rope_theta: z.number().positive().nullish(),
  mrope_section: z.array(positive).nullish(),
})

// Defaults are those of transformers' Qwen2_5_VLTextConfig and Qwen2_5_VLVisionConfig: a saved config may leave them out.
const textSchema = z.object({
  hidden_size: positive,
  intermediate_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  num_key_value_heads: positive.nullish(),
  head_dim: positive.nullish(),
  vocab_size: positive,
  hidden_act: z.string().default('silu'),
  rms_norm_eps: z.number().positive().default(1e-5),
  max_position_embeddings: positive.default(32_768),
  rope_theta: z.number().positive().nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: ropeSchema.nullish(),
  use_sliding_window: z.boolean().nullish(),
  sliding_window: positive.nullish(),
  max_window_layers: z.int().nonnegative().nullish(),
  layer_types: z.array(z.string()).nullish(),
  bos_token_id: token.nullish(),
  eos_token_id: tokens.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
})

const pairOrSide = z.union([positive, z.tuple([positive, positive])])

const visionSchema = z.object({
  depth: positive.default(32),
  hidden_size: positive,
  intermediate_size: positive.default(3420),
  num_heads: positive.default(16),
  hidden_act: z.string().default('silu'),
  in_channels: positive.nullish(),
  in_chans: positive.nullish(),
  patch_size: pairOrSide.default(14),
  temporal_patch_size: z.union([positive, z.tuple([positive])]).default(2),
  spatial_merge_size: positive.default(2),
  window_size: positive.default(112),
  fullatt_block_indexes: z.array(z.int().nonnegative()).default([7, 15, 23, 31]),
  out_hidden_size: positive.default(3584),
  tokens_per_second: z.number().positive().default(4),
  rope_parameters: ropeSchema.nullish(),
})

const rootSchema = z.object({
  image_token_id: token.default(151_655),
  video_token_id: token.default(151_656),
  vision_start_token_id: token.default(151_652),
  vision_end_token_id: token.default(151_653),
  tie_word_embeddings: z.boolean().nullish(),
  eos_token_id: tokens.nullish(),
  bos_token_id: token.nullish(),
  text_config: z.record(z.string(), z.unknown()).nullish(),
  vision_config: visionSchema,
})

type TextConfig = z.infer<typeof textSchema>
type VisionConfig = z.infer<typeof visionSchema>

/**
 * Reads config.json in the flat layout that Qwen and Xiaomi published or the nested one of transformers 5.
 * Throws CHECKPOINT_NO_CONFIG, UNKNOWN_ARCHITECTURE, CONFIG_INVALID, or CONFIG_UNSUPPORTED for what the graphs do not
 * compute, so that a bundle is never silently another model.
 */
export const readModelConfig = async (folder: string): Promise<ModelConfig> => {
  const path = join(folder, CONFIG)
  const raw = await readJson(folder, CONFIG)
  if (raw === undefined) {
    throw new OutriderError({
      code: 'CHECKPOINT_NO_CONFIG',
      expected: `${CONFIG} in ${folder}`,
      found: 'no such file',
      next: 'give the folder of a Hugging Face checkpoint',
    })
  }
  const { model_type, quantization_config } = parse(
    z.looseObject({ model_type: z.string().optional(), quantization_config: z.unknown().optional() }),
    raw,
    path,
  )
  if (model_type !== 'qwen2_5_vl') {
    throw new OutriderError({
      code: 'UNKNOWN_ARCHITECTURE',
      expected: `model_type "qwen2_5_vl" in ${path}`,
      found: model_type === undefined ? 'no model_type' : `"${model_type}"`,
      next: 'Outrider compiles the Qwen2.5-VL architecture only, MiMo-Embodied and MiMo-VL among it',
    })
  }
  if (quantization_config !== undefined && quantization_config !== null) {
    throw unsupported(path, 'weights that are not quantised', 'a quantization_config')
  }
  const root = parse(rootSchema, raw, path)
  const text = parse(textSchema, root.text_config ?? raw, root.text_config ? `text_config of ${path}` : path)
  return {
    text: normalisedText(text, path),
    vision: normalisedVision(root.vision_config, text.hidden_size, path),
    tokens: {
      imageTokenId: root.image_token_id,
      videoTokenId: root.video_token_id,
      visionStartTokenId: root.vision_start_token_id,
      visionEndTokenId: root.vision_end_token_id,
    },
    bosTokenId: text.bos_token_id ?? root.bos_token_id ?? undefined,
    eosTokenIds: [text.eos_token_id ?? root.eos_token_id ?? []].flat(),
    tiedEmbeddings: root.tie_word_embeddings === true || text.tie_word_embeddings === true,
  }
}

const parse = <T extends z.ZodType>(schema: T, value: unknown, path: string): z.infer<T> => {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new OutriderError({
    code: 'CONFIG_INVALID',
    expected: `the fields of Qwen2.5-VL in ${path}`,
    found: z.prettifyError(result.error).replaceAll('\n', ' '),
    next: 'restore config.json from where the checkpoint came from',
  })
}

const unsupported = (path: string, expected: string, found: string): OutriderError =>
  new OutriderError({
    code: 'CONFIG_UNSUPPORTED',
    expected: `${expected} in ${path}`,
    found,
    next: 'the graphs would compute something else; this checkpoint cannot be compiled',
  })

const normalisedText = (config: TextConfig, path: string): ModelConfig['text'] => {
  const heads = config.num_attention_heads
  const kvHeads = config.num_key_value_heads ?? heads
  const headDim = config.hidden_size / heads
  if (!Number.isInteger(headDim)) {
    throw unsupported(path, `hidden_size divisible by ${heads} heads`, `hidden_size ${config.hidden_size}`)
  }
  if (heads % kvHeads !== 0) throw unsupported(path, `heads divisible by ${kvHeads} key-value heads`, `${heads} heads`)
  if (config.head_dim && config.head_dim !== headDim) {
    throw unsupported(path, `head_dim = hidden_size / heads = ${headDim}`, `${config.head_dim}`)
  }
  if (config.hidden_act !== 'silu') throw unsupported(path, 'hidden_act "silu"', `"${config.hidden_act}"`)
  refuseSlidingWindows(config, path)
  // Both layouts may be there: transformers takes rope_scaling first.
  const rope = config.rope_scaling ?? config.rope_parameters
  const ropeType = rope?.rope_type ?? rope?.type ?? 'default'
  if (ropeType !== 'default' && ropeType !== 'mrope') {
    throw unsupported(path, 'rope type "default" or "mrope"', `"${ropeType}"`)
  }
  const mropeSection = rope?.mrope_section ?? [16, 24, 24]
  if (mropeSection.length !== 3 || mropeSection.reduce((sum, part) => sum + part, 0) * 2 !== headDim) {
    throw unsupported(path, `an mrope_section of 3 parts that sum to ${headDim / 2}`, `[${mropeSection.join(', ')}]`)
  }
  return {
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    layers: config.num_hidden_layers,
    heads,
    kvHeads,
    headDim,
    vocabSize: config.vocab_size,
    rmsNormEpsilon: config.rms_norm_eps,
    ropeTheta: rope?.rope_theta ?? config.rope_theta ?? 1e6,
    mropeSection,
    maxPositions: config.max_position_embeddings,
  }
}

const refuseSlidingWindows = (config: TextConfig, path: string): void => {
  const sliding = config.layer_types
    ? config.layer_types.filter((type) => type !== 'full_attention').length
    : config.use_sliding_window && config.sliding_window !== null
      ? Math.max(0, config.num_hidden_layers - (config.max_window_layers ?? 80))
      : 0
  if (sliding > 0) throw unsupported(path, 'full attention in all text layers', `${sliding} layers of another kind`)
}

const normalisedVision = (config: VisionConfig, textHiddenSize: number, path: string): Bundle['vision'] => {
  const headDim = config.hidden_size / config.num_heads
  // Each of h and w turns pairs of a half of the head.
  if (!Number.isInteger(headDim / 4)) {
    throw unsupported(path, `vision hidden_size divisible by 4 x ${config.num_heads} heads`, `${config.hidden_size}`)
  }
  if (config.hidden_act !== 'silu') throw unsupported(path, 'vision hidden_act "silu"', `"${config.hidden_act}"`)
  const ropeType = config.rope_parameters?.rope_type ?? 'axial'
  if (ropeType !== 'axial' && ropeType !== 'default') throw unsupported(path, 'axial vision rope', `"${ropeType}"`)
  const [patchSize, patchWidth] = [config.patch_size].flat()
  if (patchWidth !== undefined && patchWidth !== patchSize) {
    throw unsupported(path, 'square patches', `${config.patch_size}`)
  }
  const windowSide = Math.floor(config.window_size / config.spatial_merge_size / patchSize!)
  if (windowSide < 1)
    throw unsupported(path, 'a window of at least one merged patch', `window_size ${config.window_size}`)
  if (config.out_hidden_size !== textHiddenSize) {
    throw unsupported(path, `out_hidden_size = hidden_size = ${textHiddenSize}`, `${config.out_hidden_size}`)
  }
  return {
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    depth: config.depth,
    heads: config.num_heads,
    headDim,
    patchSize: patchSize!,
    temporalPatchSize: [config.temporal_patch_size].flat()[0]!,
    spatialMergeSize: config.spatial_merge_size,
    windowSize: config.window_size,
    fullAttentionBlocks: config.fullatt_block_indexes.filter((block) => block < config.depth),
    outHiddenSize: config.out_hidden_size,
    tokensPerSecond: config.tokens_per_second,
    inChannels: config.in_channels ?? config.in_chans ?? 3,
    ropeTheta: config.rope_parameters?.rope_theta ?? 10_000,
  }
}

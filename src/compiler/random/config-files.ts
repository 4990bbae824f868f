import { CHAT_TEMPLATE } from './chat-template.ts'
import { type CheckpointShape, PATCH, type StoredDtype } from './checkpoint-shape.ts'
import { specialIds, tokenizerConfig, tokenizerJson } from './qwen-tokenizer.ts'

const TORCH_NAMES: Readonly<Record<StoredDtype, string>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }

/** All files of a checkpoint but the weights, by name. */
export const configFiles = (shape: CheckpointShape): ReadonlyMap<string, string> => {
  const { text } = shape
  const ids = specialIds(text.vocabSize)
  const published = shape.layout === 'published'
  const pixels = pixelSettings(shape)
  const video = { ...pixels, video_processor_type: 'Qwen2VLVideoProcessor', do_sample_frames: false }
  const image = { ...pixels, image_processor_type: 'Qwen2VLImageProcessor' }
  const files: Record<string, object> = {
    'config.json': published ? flatConfig(shape) : nestedConfig(shape),
    // As Qwen2.5-VL's but for the sampling: random weights answer the same each time.
    'generation_config.json': {
      do_sample: false,
      bos_token_id: ids.endOfText,
      pad_token_id: ids.endOfText,
      eos_token_id: [ids.imEnd, ids.endOfText],
    },
    'tokenizer.json': tokenizerJson(text.vocabSize),
    'tokenizer_config.json': tokenizerConfig(text.vocabSize, text.maxPositions),
    ...(published
      ? {
          'preprocessor_config.json': { ...image, processor_class: 'Qwen2_5_VLProcessor' },
          'chat_template.json': { chat_template: CHAT_TEMPLATE },
        }
      : {
          'processor_config.json': {
            image_processor: { ...image, ...rescaling },
            processor_class: 'Qwen2_5_VLProcessor',
            video_processor: { ...video, ...rescaling },
          },
        }),
  }
  const result = new Map(Object.entries(files).map(([name, value]) => [name, `${JSON.stringify(value, null, 2)}\n`]))
  if (!published) result.set('chat_template.jinja', CHAT_TEMPLATE)
  return result
}

const rescaling = {
  do_convert_rgb: true,
  do_normalize: true,
  do_rescale: true,
  do_resize: true,
  resample: 3,
  rescale_factor: 1 / 255,
}

const pixelSettings = ({ pixels, layout }: CheckpointShape): object => ({
  ...(layout === 'published'
    ? { min_pixels: pixels.min, max_pixels: pixels.max }
    : { size: { longest_edge: pixels.max, shortest_edge: pixels.min } }),
  patch_size: PATCH.size,
  temporal_patch_size: PATCH.temporal,
  merge_size: PATCH.merge,
  // OpenAI CLIP's.
  image_mean: [0.48145466, 0.4578275, 0.40821073],
  image_std: [0.26862954, 0.26130258, 0.27577711],
})

const rootTokens = (vocabSize: number): object => {
  const ids = specialIds(vocabSize)
  return {
    image_token_id: ids.imagePad,
    video_token_id: ids.videoPad,
    vision_start_token_id: ids.visionStart,
    vision_end_token_id: ids.visionEnd,
  }
}

const textSizes = ({ text }: CheckpointShape): object => ({
  attention_dropout: 0,
  bos_token_id: specialIds(text.vocabSize).endOfText,
  eos_token_id: specialIds(text.vocabSize).imEnd,
  hidden_act: 'silu',
  hidden_size: text.hiddenSize,
  initializer_range: 0.02,
  intermediate_size: text.intermediateSize,
  max_position_embeddings: text.maxPositions,
  max_window_layers: text.layers,
  num_attention_heads: text.heads,
  num_hidden_layers: text.layers,
  num_key_value_heads: text.kvHeads,
  rms_norm_eps: text.rmsNormEpsilon,
  use_cache: true,
  use_sliding_window: false,
  vocab_size: text.vocabSize,
})

const visionSizes = ({ vision, text }: CheckpointShape): object => ({
  depth: vision.depth,
  fullatt_block_indexes: vision.fullAttentionBlocks,
  hidden_act: 'silu',
  hidden_size: vision.hiddenSize,
  intermediate_size: vision.intermediateSize,
  num_heads: vision.heads,
  out_hidden_size: text.hiddenSize,
  patch_size: PATCH.size,
  spatial_merge_size: PATCH.merge,
  temporal_patch_size: PATCH.temporal,
  tokens_per_second: vision.tokensPerSecond,
  window_size: vision.windowSize,
})

const flatConfig = (shape: CheckpointShape): object => ({
  architectures: ['Qwen2_5_VLForConditionalGeneration'],
  model_type: 'qwen2_5_vl',
  ...textSizes(shape),
  ...rootTokens(shape.text.vocabSize),
  rope_theta: shape.text.ropeTheta,
  rope_scaling: { type: 'mrope', mrope_section: shape.text.mropeSection },
  // Written by the releases, and without effect while use_sliding_window is false.
  sliding_window: 32_768,
  tie_word_embeddings: shape.text.tiedEmbeddings,
  torch_dtype: TORCH_NAMES[shape.text.dtype],
  transformers_version: '4.41.2',
  vision_config: { ...visionSizes(shape), in_chans: PATCH.channels, spatial_patch_size: PATCH.size },
})

const nestedConfig = (shape: CheckpointShape): object => ({
  architectures: ['Qwen2_5_VLForConditionalGeneration'],
  dtype: TORCH_NAMES[shape.text.dtype],
  model_type: 'qwen2_5_vl',
  ...rootTokens(shape.text.vocabSize),
  text_config: {
    ...textSizes(shape),
    layer_types: Array(shape.text.layers).fill('full_attention'),
    model_type: 'qwen2_5_vl_text',
    rope_parameters: { mrope_section: shape.text.mropeSection, rope_theta: shape.text.ropeTheta, rope_type: 'default' },
    sliding_window: null,
    tie_word_embeddings: shape.text.tiedEmbeddings,
  },
  tie_word_embeddings: shape.text.tiedEmbeddings,
  transformers_version: '5.23.0',
  vision_config: {
    ...visionSizes(shape),
    in_channels: PATCH.channels,
    model_type: 'qwen2_5_vl_vision',
    rope_parameters: { rope_theta: 10_000, rope_type: 'axial' },
  },
})

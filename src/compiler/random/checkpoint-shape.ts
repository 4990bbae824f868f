/** What a random checkpoint is like: the numbers of config.json, and how it lies on disk. */
export interface CheckpointShape {
  readonly text: {
    readonly hiddenSize: number
    readonly intermediateSize: number
    readonly layers: number
    readonly heads: number
    readonly kvHeads: number
    readonly vocabSize: number
    readonly rmsNormEpsilon: number
    readonly ropeTheta: number
    readonly mropeSection: readonly [number, number, number]
    readonly maxPositions: number
    readonly tiedEmbeddings: boolean
    readonly dtype: StoredDtype
  }
  readonly vision: {
    readonly hiddenSize: number
    readonly intermediateSize: number
    readonly depth: number
    readonly heads: number
    readonly windowSize: number
    readonly fullAttentionBlocks: readonly number[]
    readonly tokensPerSecond: number
    readonly dtype: StoredDtype
  }
  /** Fewest and most pixels of an image. */
  readonly pixels: { readonly min: number; readonly max: number }
  /**
   * `published`: as Qwen and Xiaomi released theirs: flat config.json, preprocessor_config.json, chat_template.json;
   * `nested`: as transformers 5 saves: text_config, processor_config.json, chat_template.jinja.
   */
  readonly layout: 'published' | 'nested'
  /** `published`: visual.*, model.layers.*; `nested`: model.visual.*, model.language_model.* */
  readonly keys: 'published' | 'nested'
  /** Most bytes of weights in one file. */
  readonly shardBytes: number
}

export type StoredDtype = 'F32' | 'F16' | 'BF16'

/** Where save_pretrained cuts; bytes. */
const SHARD_BYTES = 5e9

/** Of the released Qwen2.5-VL: patches of 14 px, two frames at a time, merged 2 x 2. */
export const PATCH = { size: 14, temporal: 2, merge: 2, channels: 3 } as const

const QWEN_VISION = {
  hiddenSize: 1280,
  intermediateSize: 3420,
  depth: 32,
  heads: 16,
  windowSize: 112,
  fullAttentionBlocks: [7, 15, 23, 31],
  tokensPerSecond: 2,
} as const

const QWEN_PIXELS = { min: 56 * 56, max: 12_845_056 } as const

export const SHAPES = {
  /**
   * Ours: the driver of a small world, 5.6 M parameters, 11 MB as float16. Full attention in the last two blocks of the
   * tower, since lanes and lights are wider apart than a window of 112 px.
   */
  nano: {
    text: {
      hiddenSize: 192,
      intermediateSize: 640,
      layers: 6,
      heads: 6,
      kvHeads: 2,
      // 256 bytes, 1778 phrases, 390 numbers of two and three digits, 14 special tokens.
      vocabSize: 2438,
      rmsNormEpsilon: 1e-6,
      // Columns have the slowest frequencies: over the 16 of a view they turn by 0.9 rad so, and by 0.003 with Qwen's 1e6.
      ropeTheta: 100,
      mropeSection: [4, 6, 6],
      maxPositions: 8192,
      tiedEmbeddings: true,
      dtype: 'F32',
    },
    vision: {
      hiddenSize: 160,
      intermediateSize: 448,
      depth: 5,
      heads: 5,
      windowSize: 112,
      fullAttentionBlocks: [3, 4],
      tokensPerSecond: 2,
      dtype: 'F32',
    },
    // As tasks ask: 644x364 stays so, which it would not at 299 squares of 28 x 28.
    pixels: { min: 56 * 56, max: 301 * 28 * 28 },
    layout: 'nested',
    keys: 'published',
    shardBytes: SHARD_BYTES,
  },
  /** Text as Qwen2-0.5B's config.json has it; a tower smaller in proportion. */
  '0.5b': {
    text: {
      hiddenSize: 896,
      intermediateSize: 4864,
      layers: 24,
      heads: 14,
      kvHeads: 2,
      vocabSize: 151_936,
      rmsNormEpsilon: 1e-6,
      ropeTheta: 1e6,
      mropeSection: [8, 12, 12],
      maxPositions: 32_768,
      tiedEmbeddings: true,
      dtype: 'BF16',
    },
    vision: {
      hiddenSize: 512,
      intermediateSize: 1368,
      depth: 12,
      heads: 8,
      windowSize: 112,
      fullAttentionBlocks: [2, 5, 8, 11],
      tokensPerSecond: 2,
      dtype: 'BF16',
    },
    pixels: QWEN_PIXELS,
    layout: 'nested',
    keys: 'published',
    shardBytes: SHARD_BYTES,
  },
  /** As config.json of Qwen2.5-VL-7B-Instruct has it, in five files. */
  'qwen2.5-vl-7b': {
    text: {
      hiddenSize: 3584,
      intermediateSize: 18_944,
      layers: 28,
      heads: 28,
      kvHeads: 4,
      vocabSize: 152_064,
      rmsNormEpsilon: 1e-6,
      ropeTheta: 1e6,
      mropeSection: [16, 24, 24],
      maxPositions: 128_000,
      tiedEmbeddings: false,
      dtype: 'BF16',
    },
    vision: { ...QWEN_VISION, dtype: 'BF16' },
    pixels: QWEN_PIXELS,
    layout: 'published',
    keys: 'published',
    shardBytes: 4e9,
  },
  /**
   * MiMo-7B's text and Qwen2.5-VL's tower, the tower in float32, 18 GB on disk. The released config.json was not at
   * hand: the tower's MLP is 3456 wide because the released shards then have their sizes of 4.95, 4.96, 4.96 and
   * 3.11 GB (3420 makes the first 4.93); the longest sequence is Qwen2.5-VL's.
   */
  'mimo-embodied-7b': {
    text: {
      hiddenSize: 4096,
      intermediateSize: 11_008,
      layers: 36,
      heads: 32,
      kvHeads: 8,
      vocabSize: 151_680,
      rmsNormEpsilon: 1e-5,
      ropeTheta: 640_000,
      mropeSection: [16, 24, 24],
      maxPositions: 128_000,
      tiedEmbeddings: false,
      dtype: 'BF16',
    },
    vision: { ...QWEN_VISION, intermediateSize: 3456, dtype: 'F32' },
    pixels: QWEN_PIXELS,
    layout: 'published',
    keys: 'published',
    shardBytes: SHARD_BYTES,
  },
} as const satisfies Readonly<Record<string, CheckpointShape>>

export type ShapeName = keyof typeof SHAPES

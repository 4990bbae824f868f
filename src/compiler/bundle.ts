// The contract between the compiler, which writes a bundle folder, and the model room, which reads one.
//
// Graphs (tensor names are exact; N patches in *window order*, I temporal slices, W windows):
//   vision.onnx
//     pixel_values float32 (N, C*Tp*P*P), rotary_cos and rotary_sin float32 (N, headDim/2): h frequencies, then w
//     window_gather int64 (W, L): indices of patches, padded entries 0; window_key_mask int32 (W, L): 1 = a patch, 0 =
//       padding, which always comes last in its row; window_scatter int64 (N): patch -> index into the flattened W*L
//     image_gather int64 (I, M), image_key_mask int32 (I, M), image_scatter int64 (N): the same for the blocks of full
//       attention, one row a temporal slice of an image. With slices of one size only (an all-ones mask) these blocks
//       take far less time and memory: give images of different sizes in calls of their own
//     merge_restore int64 (N/merge²): group in the original order -> its row in window order
//     -> features float32 (N/merge², outHiddenSize), original order
//   decoder.onnx (P cached tokens, S new ones)
//     inputs_embeds float32 (1, S, H), rotary_cos and rotary_sin float32 (P+S, headDim/2): row p = MRoPE of token p,
//     seqlens_k int32 (1) = P+S-1, total_sequence_length int32 scalar = P+S,
//     past_key_values.{i}.key|value float32 (1, kvHeads, P, headDim)
//     -> logits float32 (1, vocab) of the last token, present.{i}.key|value float32 (1, kvHeads, P+S, headDim)
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'

const positive = z.int().positive()
const token = z.int().nonnegative()
const precision = z.literal('float32')

const pixelsSchema = z.strictObject({
  /** Fewest and most pixels of an image after the resize. */
  minPixels: positive,
  maxPixels: positive,
  /** Per channel, after the rescale. */
  mean: z.array(z.number()).length(3),
  std: z.array(z.number().positive()).length(3),
  rescaleFactor: z.number().positive(),
  resample: z.enum(['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming']),
  doResize: z.boolean(),
  doRescale: z.boolean(),
  doNormalize: z.boolean(),
  patchSize: positive,
  temporalPatchSize: positive,
  mergeSize: positive,
})

export const bundleSchema = z.strictObject({
  format: z.literal(1),
  architecture: z.literal('qwen2_5_vl'),
  /** SHA-256 in hex of each file of the checkpoint that went into the bundle. */
  source: z.strictObject({ files: z.record(z.string(), z.string()) }),
  files: z.record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), sha256: z.string() })),
  /** What each part of the graphs computes in. */
  precision: z.strictObject({
    vision: z.strictObject({ patchEmbed: precision, blocks: z.array(precision), merger: precision }),
    text: z.strictObject({ layers: z.array(precision), head: precision }),
    /** The caches `past_key_values.*`. */
    keyValue: precision,
  }),
  text: z.strictObject({
    hiddenSize: positive,
    intermediateSize: positive,
    layers: positive,
    heads: positive,
    kvHeads: positive,
    headDim: positive,
    vocabSize: positive,
    rmsNormEpsilon: z.number().positive(),
    ropeTheta: z.number().positive(),
    /** Frequencies that turn with t, h, w; the sum is headDim/2. */
    mropeSection: z.array(positive),
    /** Longest sequence the model was made for; tokens. */
    maxPositions: positive,
    tiedEmbeddings: z.boolean(),
    /** Any of these ends an answer. */
    eosTokenIds: z.array(token).min(1),
  }),
  vision: z.strictObject({
    hiddenSize: positive,
    intermediateSize: positive,
    depth: positive,
    heads: positive,
    headDim: positive,
    patchSize: positive,
    temporalPatchSize: positive,
    spatialMergeSize: positive,
    /** Side of a window of attention; pixels. */
    windowSize: positive,
    fullAttentionBlocks: z.array(z.int().nonnegative()),
    outHiddenSize: positive,
    /** Steps of the temporal position per second of video. */
    tokensPerSecond: z.number().positive(),
    inChannels: positive,
    ropeTheta: z.number().positive(),
  }),
  tokens: z.strictObject({
    imageTokenId: token,
    videoTokenId: token,
    visionStartTokenId: token,
    visionEndTokenId: token,
    padTokenId: token.optional(),
    bosTokenId: token.optional(),
  }),
  image: pixelsSchema,
  video: pixelsSchema,
  /** How the checkpoint wants to be sampled; transformers' names and defaults. */
  generation: z.strictObject({
    doSample: z.boolean(),
    temperature: z.number().nonnegative(),
    topK: z.int().nonnegative(),
    topP: z.number(),
    repetitionPenalty: z.number().positive(),
  }),
  /** The token embedding, row-major, read row by row by the host. */
  embedding: z.strictObject({
    file: z.string(),
    dtype: z.literal('float32'),
    shape: z.tuple([positive, positive]),
  }),
  /** Greedy answer of the source model to a prompt without images. */
  selfTest: z.strictObject({ promptTokenIds: z.array(token), tokenIds: z.array(token) }).optional(),
})

export type Bundle = z.infer<typeof bundleSchema>
export type PixelSettings = z.infer<typeof pixelsSchema>

export const BUNDLE_FILE = 'bundle.json'
export const VISION_GRAPH = 'vision.onnx'
export const DECODER_GRAPH = 'decoder.onnx'
export const EMBEDDING_FILE = 'embedding.bin'
export const TOKENIZER_FILE = 'tokenizer.json'
export const TOKENIZER_CONFIG_FILE = 'tokenizer_config.json'
export const CHAT_TEMPLATE_FILE = 'chat_template.jinja'

const recompile = 'compile the checkpoint again: outrider compile CHECKPOINT BUNDLE --force'

/**
 * Reads and checks `bundle.json` of the folder, and that every file it names is there with its size (hashes are not
 * recomputed: a bundle of 7 B parameters holds 33 GB). Throws BUNDLE_NOT_FOUND, BUNDLE_INVALID, BUNDLE_MISSING_FILE.
 */
export const readBundle = async (folder: string): Promise<Bundle> => {
  const path = join(folder, BUNDLE_FILE)
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new OutriderError({
      code: 'BUNDLE_NOT_FOUND',
      expected: `a bundle folder with ${BUNDLE_FILE}`,
      found: `no readable ${path}`,
      next: 'make one: outrider compile CHECKPOINT BUNDLE',
      cause,
    })
  })
  const bundle = parseBundle(text, path)
  for (const [name, { bytes }] of Object.entries(bundle.files)) {
    const size = await stat(join(folder, name)).then(
      (entry) => entry.size,
      () => undefined,
    )
    if (size !== bytes) {
      throw new OutriderError({
        code: 'BUNDLE_MISSING_FILE',
        expected: `${join(folder, name)} of ${bytes} bytes`,
        found: size === undefined ? 'no such file' : `${size} bytes`,
        next: recompile,
      })
    }
  }
  return bundle
}

const parseBundle = (text: string, path: string): Bundle => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new OutriderError({ code: 'BUNDLE_INVALID', expected: `JSON in ${path}`, found: String(cause), cause })
  }
  const result = bundleSchema.safeParse(value)
  if (result.success) return result.data
  throw new OutriderError({
    code: 'BUNDLE_INVALID',
    expected: `${path} of bundle format 1`,
    found: z.prettifyError(result.error).replaceAll('\n', ' '),
    next: recompile,
  })
}

import { readdir, stat } from 'node:fs/promises'
import { OutriderError } from '#errors'
import { type Bundle, CHAT_TEMPLATE_FILE, EMBEDDING_FILE, TOKENIZER_CONFIG_FILE, TOKENIZER_FILE } from './bundle.ts'
import { GENERATION, readGenerationConfig } from './generation-config.ts'
import { CONFIG, readModelConfig } from './model-config.ts'
import type { WeightPart } from './onnx-graph.ts'
import { PREPROCESSOR, PROCESSOR, readProcessorConfig, VIDEO_PREPROCESSOR } from './processor-config.ts'
import { CHAT_TEMPLATE_JSON, readTokenizerFiles } from './tokenizer-files.ts'
import { openWeights, WEIGHTS_INDEX, type Weights } from './weights.ts'

/** A checkpoint folder, read and found fit to be compiled but for the shapes of its layers. */
export interface Checkpoint {
  /** bundle.json but for the files. */
  readonly manifest: Omit<Bundle, 'files' | 'source'>
  /** The text files of the bundle, by name. */
  readonly texts: ReadonlyMap<string, string>
  readonly weights: Weights
  readonly embedding: WeightPart
  /** The output layer; the same tensor as `embedding` when they are tied. */
  readonly head: WeightPart
  /** Names of all files that the bundle is made of. */
  readonly files: readonly string[]
}

const SMALL_FILES = [
  CONFIG,
  GENERATION,
  PROCESSOR,
  PREPROCESSOR,
  VIDEO_PREPROCESSOR,
  TOKENIZER_FILE,
  TOKENIZER_CONFIG_FILE,
  CHAT_TEMPLATE_FILE,
  CHAT_TEMPLATE_JSON,
  WEIGHTS_INDEX,
]

/** Opens a Hugging Face checkpoint folder; the caller closes its weights. Throws coded errors. */
export const openCheckpoint = async (folder: string): Promise<Checkpoint> => {
  const entry = await stat(folder).catch(() => undefined)
  if (!entry?.isDirectory()) {
    throw new OutriderError({
      code: 'CHECKPOINT_NOT_A_FOLDER',
      expected: `the folder of a Hugging Face checkpoint at ${folder}`,
      found: entry ? 'a file' : 'nothing',
    })
  }
  const config = await readModelConfig(folder)
  const { image, video } = await readProcessorConfig(folder, config.vision)
  const texts = await readTokenizerFiles(folder)
  const { generation, eosTokenIds, padTokenId, bosTokenId } = await readGenerationConfig(folder, config)
  const present = await readdir(folder)
  const weights = await openWeights(folder)
  try {
    const { vocabSize, hiddenSize } = config.text
    const { embedding, head } = await embeddings(weights, [vocabSize, hiddenSize], config.tiedEmbeddings)
    return {
      manifest: {
        format: 1,
        architecture: 'qwen2_5_vl',
        precision: {
          vision: { patchEmbed: 'float32', blocks: Array(config.vision.depth).fill('float32'), merger: 'float32' },
          text: { layers: Array(config.text.layers).fill('float32'), head: 'float32' },
          keyValue: 'float32',
        },
        text: { ...config.text, tiedEmbeddings: embedding === head, eosTokenIds },
        vision: config.vision,
        tokens: {
          ...config.tokens,
          ...(padTokenId === undefined ? {} : { padTokenId }),
          ...(bosTokenId === undefined ? {} : { bosTokenId }),
        },
        image,
        video,
        generation,
        embedding: { file: EMBEDDING_FILE, dtype: 'float32', shape: [vocabSize, hiddenSize] },
      },
      texts,
      weights,
      embedding,
      head,
      files: [...SMALL_FILES.filter((name) => present.includes(name)), ...weights.files],
    }
  } catch (error) {
    await weights.close()
    throw error
  }
}

const EMBEDDING = 'model.language_model.embed_tokens.weight'
const HEAD = 'lm_head.weight'

/**
 * As transformers ties them: when config.json says so, unless the checkpoint holds both and they differ; either may be
 * the one that is there.
 */
const embeddings = async (
  weights: Weights,
  shape: readonly [number, number],
  tied: boolean,
): Promise<{ embedding: WeightPart; head: WeightPart }> => {
  const embedding: WeightPart = { tensor: EMBEDDING, shape }
  const head: WeightPart = { tensor: HEAD, shape }
  if (!tied) return { embedding, head }
  if (!weights.find(HEAD)) return { embedding, head: embedding }
  if (!weights.find(EMBEDDING)) return { embedding: head, head }
  return (await equal(weights, embedding, head)) ? { embedding, head: embedding } : { embedding, head }
}

const equal = async (weights: Weights, a: WeightPart, b: WeightPart): Promise<boolean> => {
  const others = weights.slices(weights.require(b.tensor, b.shape))[Symbol.asyncIterator]()
  for await (const slice of weights.slices(weights.require(a.tensor, a.shape))) {
    const { value } = await others.next()
    if (Buffer.compare(bytesOf(slice), bytesOf(value)) !== 0) return false
  }
  return true
}

const bytesOf = (floats: Float32Array): Uint8Array =>
  new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength)

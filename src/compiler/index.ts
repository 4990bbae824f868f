export {
  BUNDLE_FILE,
  type Bundle,
  bundleSchema,
  CHAT_TEMPLATE_FILE,
  DECODER_GRAPH,
  EMBEDDING_FILE,
  type PixelSettings,
  readBundle,
  TOKENIZER_CONFIG_FILE,
  TOKENIZER_FILE,
  VISION_GRAPH,
} from './bundle.ts'
export { type CompileOptions, compileCheckpoint } from './compile.ts'
export { type CheckpointShape, SHAPES, type ShapeName } from './random/checkpoint-shape.ts'
export { type RandomCheckpoint, writeRandomCheckpoint } from './random/write-random-checkpoint.ts'

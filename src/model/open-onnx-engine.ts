import type { Engine } from './engine.ts'
import type { OnnxEngineOptions } from './onnx-engine-options.ts'

/**
 * Answers in this process with onnxruntime, and blocks its event loop in pieces of a prefill chunk or a token: use
 * `startModelProcess` beside anything that has deadlines. The native libraries are loaded now, not with the import.
 * Throws coded errors when the bundle cannot be loaded.
 */
export const openOnnxEngine = async (options: OnnxEngineOptions): Promise<Engine> => {
  const { onnxEngine } = await import('./onnx-engine.ts')
  return onnxEngine(options)
}

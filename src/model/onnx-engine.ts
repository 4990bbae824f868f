import { generate } from './decode/generate.ts'
import type { Engine } from './engine.ts'
import { featureCache } from './feature-cache.ts'
import { grammarCompiler } from './grammar/compile-grammar.ts'
import { type LoadedModel, loadModel } from './loaded-model.ts'
import { firstKeyValues, type KeyValues, noKeyValues, runDecoder } from './onnx/decoder.ts'
import type { OnnxEngineOptions } from './onnx-engine-options.ts'
import { type Prefix, prefill, sharedPrefix } from './prefill.ts'
import { prepareQuestion } from './prepare-question.ts'
import { promptRotary } from './prompt/rotary.ts'
import { type Answer, type AnswerPart, NOTHING_ANSWERED, type Question } from './question.ts'

/** A view of 644x364 at a hidden size of 4096 has 4.9 MB of features: room for eight sets of six views. */
const FEATURE_CACHE_BYTES = 256 * 2 ** 20

/** See `openOnnxEngine`. */
export const onnxEngine = async (options: OnnxEngineOptions): Promise<Engine> => {
  const model = await loadModel(options.bundle, { threads: options.threads })
  const most = model.bundle.text.maxPositions
  const contextTokens = Math.min(options.contextTokens ?? most, most)
  const answer = answerer(model, contextTokens, options.featureCacheBytes ?? FEATURE_CACHE_BYTES)
  let queue: Promise<unknown> = Promise.resolve()
  return {
    info: { engine: 'onnxruntime', bundleSha256: model.bundleSha256, contextTokens },
    answer: (question, onPart, signal) => {
      const answered = queue.then(() => answer(question, onPart, signal))
      queue = answered.catch(() => undefined)
      return answered
    },
    close: async () => {
      await queue
      await model.close()
    },
  }
}

const answerer = (model: LoadedModel, contextTokens: number, featureCacheBytes: number) => {
  const { bundle, tokenizer, embedding } = model
  const features = featureCache(featureCacheBytes)
  const compile = grammarCompiler(tokenizer, bundle.text)
  let prefix: Prefix | undefined

  return async (question: Question, onPart: (part: AnswerPart) => void, signal?: AbortSignal): Promise<Answer> => {
    const constraint = question.answerSchema ? await compile(question.answerSchema) : undefined
    try {
      const prepared = await prepareQuestion(model, question, features, contextTokens, signal)
      if (!prepared) return NOTHING_ANSWERED
      const { tokenIds: promptTokenIds, positions } = prepared.prompt
      const rotary = promptRotary(positions, bundle.text, question.maxNewTokens)
      const started = performance.now()
      const shared = sharedPrefix(prepared.identity, prefix)
      const spared = { promptTokenIds, reusedTokens: shared, visionRuns: prepared.visionRuns }
      const known = shared > 0 ? firstKeyValues(prefix!.keyValues, shared) : noKeyValues(bundle.text)
      prefix = undefined
      const step = await prefill(model, prepared, rotary, known, signal)
      const prefilled = performance.now()
      const timing = {
        preprocessMs: prepared.preprocessMs,
        visionMs: prepared.visionMs,
        prefillMs: prefilled - started,
        decodeMs: 0,
      }
      if (!step) return { text: '', tokenIds: [], finish: 'cut', ...spared, timing }
      let keyValues: KeyValues = step.keyValues
      const forward = async (tokenIds: readonly number[]): Promise<Float32Array> => {
        const embeddings = new Float32Array(tokenIds.length * embedding.hiddenSize)
        for (const [i, id] of tokenIds.entries()) embedding.copyRow(id, embeddings, i * embedding.hiddenSize)
        const next = await runDecoder(model.decoder, embeddings, keyValues, rotary, bundle.text)
        keyValues = next.keyValues
        return next.logits
      }
      const eosTokenIds = bundle.text.eosTokenIds
      const generation = { logits: step.logits, forward, tokenizer, eosTokenIds, constraint }
      const answer = await generate(generation, question, onPart, signal)
      prefix = { identity: prepared.identity, keyValues }
      return { ...answer, ...spared, timing: { ...timing, decodeMs: performance.now() - prefilled } }
    } finally {
      constraint?.close()
    }
  }
}

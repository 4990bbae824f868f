import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from '../decode/generate.ts'
import { featureCache } from '../feature-cache.ts'
import type { LoadedModel } from '../loaded-model.ts'
import { noKeyValues, runDecoder } from '../onnx/decoder.ts'
import { prefill } from '../prefill.ts'
import { prepareQuestion } from '../prepare-question.ts'
import { type VisionInput, visionInput } from '../preprocess/vision-input.ts'
import { visionUnits } from '../preprocess/vision-unit.ts'
import { visionParts } from '../prompt/prompt.ts'
import { promptRotary } from '../prompt/rotary.ts'
import { GREEDY, type ImageBytes, type Message, type Part } from '../question.ts'

/** Messages as a file of cases has them: images by path. */
export interface FileMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string | readonly FilePart[]
}

type FilePart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly path: string }
  | { readonly type: 'video'; readonly paths: readonly string[]; readonly fps: number }

export const loadMessages = (messages: readonly FileMessage[], folder: string): Message[] => {
  const image = (path: string): ImageBytes => ({ kind: 'encoded', data: readFileSync(join(folder, path)) })
  const load = (part: FilePart): Part => {
    if (part.type === 'text') return part
    if (part.type === 'image') return { type: 'image', image: image(part.path) }
    return { type: 'video', frames: part.paths.map(image), fps: part.fps }
  }
  return messages.map(({ role, content }) => ({
    role,
    content: typeof content === 'string' ? content : content.map(load),
  }))
}

/** Everything on the way from messages to a greedy answer. */
export interface Examination {
  readonly inputIds: readonly number[]
  readonly imageGrids: readonly (readonly number[])[]
  readonly videoGrids: readonly (readonly number[])[]
  readonly positions: readonly (readonly number[])[]
  /** Rows in the processor's order, all images and all videos. */
  readonly imagePixels: Float32Array
  readonly videoPixels: Float32Array
  readonly logits: Float32Array
  readonly tokenIds: readonly number[]
  readonly text: string
}

export const examine = async (
  model: LoadedModel,
  messages: readonly Message[],
  maxNewTokens: number,
): Promise<Examination> => {
  const { bundle, tokenizer, embedding, decoder } = model
  const question = { messages, maxNewTokens, sampling: GREEDY, ignoreEos: true }
  const prepared = (await prepareQuestion(model, question, featureCache(2 ** 26), bundle.text.maxPositions))!
  const { positions, tokenIds: inputIds } = prepared.prompt
  const rotary = promptRotary(positions, bundle.text, maxNewTokens)
  const step = (await prefill(model, prepared, rotary, noKeyValues(bundle.text)))!
  let { keyValues } = step
  const forward = async (ids: readonly number[]): Promise<Float32Array> => {
    const rows = new Float32Array(ids.length * embedding.hiddenSize)
    for (const [i, id] of ids.entries()) embedding.copyRow(id, rows, i * embedding.hiddenSize)
    const next = await runDecoder(decoder, rows, keyValues, rotary, bundle.text)
    keyValues = next.keyValues
    return next.logits
  }
  const generation = { logits: step.logits, forward, tokenizer, eosTokenIds: [], constraint: undefined }
  const { tokenIds, text } = await generate(generation, question, () => {})
  const parts = visionParts(messages)
  const { temporalPatchSize } = bundle.vision
  const inputs = await Promise.all(
    parts.map((part) => Promise.all(visionUnits(part, temporalPatchSize).map((unit) => visionInput(unit, bundle)))),
  )
  const of = (type: 'image' | 'video'): VisionInput[][] => inputs.filter((_, i) => parts[i]!.type === type)
  const grids = (type: 'image' | 'video') => of(type).map((units) => [units.length, units[0]!.grid.h, units[0]!.grid.w])
  return {
    inputIds,
    imageGrids: grids('image'),
    videoGrids: grids('video'),
    positions: [[...positions.t], [...positions.h], [...positions.w]],
    imagePixels: processorOrder(of('image').flat()),
    videoPixels: processorOrder(of('video').flat()),
    logits: step.logits,
    tokenIds,
    text,
  }
}

const processorOrder = (inputs: readonly VisionInput[]): Float32Array => {
  const total = inputs.reduce((sum, { pixelValues }) => sum + pixelValues.length, 0)
  const all = new Float32Array(total)
  let at = 0
  for (const { layout, pixelValues } of inputs) {
    const length = pixelValues.length / layout.rowOfPatch.length
    for (const row of layout.rowOfPatch) {
      all.set(pixelValues.subarray(row * length, (row + 1) * length), at)
      at += length
    }
  }
  return all
}

export const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  let largest = 0
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!))
  return largest
}

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { type Bundle, DECODER_GRAPH, VISION_GRAPH } from '../bundle.ts'
import { readSafetensorsHeader, type StoredTensor } from '../safetensors.ts'

/** Float32 tensors of a file, by name. */
export type Arrays = Readonly<Record<string, { readonly values: Float32Array; readonly shape: readonly number[] }>>

export const readArrays = async (path: string): Promise<Arrays> => {
  const bytes = await readFile(path)
  const entry = (tensor: StoredTensor) => ({
    shape: tensor.shape,
    values: new Float32Array(bytes.buffer.slice(bytes.byteOffset + tensor.offset).slice(0, tensor.bytes)),
  })
  return Object.fromEntries((await readSafetensorsHeader(path)).map((tensor) => [tensor.name, entry(tensor)]))
}

const float32 = (values: Float32Array, shape: readonly number[]): Tensor => new Tensor('float32', values, shape)
const int64 = (values: readonly number[], shape: readonly number[]): Tensor =>
  new Tensor('int64', BigInt64Array.from(values, BigInt), shape)

const rows = (values: Float32Array, order: readonly number[], width: number): Float32Array => {
  const result = new Float32Array(order.length * width)
  order.forEach((from, to) => {
    result.set(values.subarray(from * width, (from + 1) * width), to * width)
  })
  return result
}

/** Patches `starts[i]` up to `starts[i + 1]` are row i of a batch, padded to the longest. */
const groups = (name: string, starts: readonly number[]): Record<string, Tensor> => {
  const lengths = starts.slice(1).map((end, i) => end - starts[i]!)
  const longest = Math.max(...lengths)
  const gather: number[] = []
  const mask: number[] = []
  const scatter: number[] = []
  for (const [row, length] of lengths.entries()) {
    for (let column = 0; column < longest; column++) {
      gather.push(column < length ? starts[row]! + column : 0)
      mask.push(column < length ? 1 : 0)
      if (column < length) scatter.push(row * longest + column)
    }
  }
  const shape = [lengths.length, longest]
  return {
    [`${name}_gather`]: int64(gather, shape),
    [`${name}_key_mask`]: new Tensor('int32', Int32Array.from(mask), shape),
    [`${name}_scatter`]: int64(scatter, [scatter.length]),
  }
}

/** Runs vision.onnx on the images that reference.py gave; (groups, hidden). */
export const runVision = async (
  folder: string,
  { vision }: Bundle,
  images: 'mixed' | 'same',
  given: Arrays,
): Promise<Float32Array> => {
  const array = (name: string) => given[`${images}.${name}`]!
  const session = await InferenceSession.create(join(folder, VISION_GRAPH))
  const unit = vision.spatialMergeSize ** 2
  const windowIndex = [...array('window_index').values]
  const order = windowIndex.flatMap((group) => Array.from({ length: unit }, (_, i) => group * unit + i))
  const ordered = (name: string): Tensor => {
    const { values, shape } = array(name)
    return float32(rows(values, order, shape[1]!), shape)
  }
  const restore: number[] = []
  windowIndex.forEach((group, row) => {
    restore[group] = row
  })
  const { features } = await session.run({
    pixel_values: ordered('pixel_values'),
    rotary_cos: ordered('vision_cos'),
    rotary_sin: ordered('vision_sin'),
    ...groups('window', [...array('cu_window_seqlens').values]),
    ...groups('image', [...array('cu_seqlens').values]),
    merge_restore: int64(restore, [restore.length]),
  })
  await session.release()
  return features!.data as Float32Array
}

/**
 * Runs decoder.onnx on what reference.py gave: a prefix, all but two of the rest on top of it, then those one by one;
 * the last three rows of logits.
 */
export const runDecoder = async (folder: string, { text }: Bundle, given: Arrays): Promise<Float32Array[]> => {
  const session = await InferenceSession.create(join(folder, DECODER_GRAPH))
  const { values: embeds, shape } = given.inputs_embeds!
  const total = shape[0]!
  let caches: Record<string, Tensor> = {}
  for (const name of session.inputNames.filter((input) => input.startsWith('past_key_values.'))) {
    caches[name] = float32(new Float32Array(0), [1, text.kvHeads, 0, text.headDim])
  }
  const logits: Float32Array[] = []
  const ends = [5, total - 2, total - 1, total]
  for (const [step, end] of ends.entries()) {
    const start = step === 0 ? 0 : ends[step - 1]!
    const half = text.headDim / 2
    const outputs = await session.run({
      inputs_embeds: float32(embeds.slice(start * text.hiddenSize, end * text.hiddenSize), [
        1,
        end - start,
        text.hiddenSize,
      ]),
      rotary_cos: float32(given.text_cos!.values.slice(0, end * half), [end, half]),
      rotary_sin: float32(given.text_sin!.values.slice(0, end * half), [end, half]),
      seqlens_k: new Tensor('int32', Int32Array.of(end - 1), [1]),
      total_sequence_length: new Tensor('int32', Int32Array.of(end), []),
      ...caches,
    })
    logits.push(outputs.logits!.data as Float32Array)
    caches = Object.fromEntries(
      Object.entries(outputs)
        .filter(([name]) => name.startsWith('present.'))
        .map(([name, tensor]) => [name.replace('present.', 'past_key_values.'), tensor as Tensor]),
    )
  }
  await session.release()
  return logits.slice(1)
}

/** Largest absolute difference. */
export const distance = (a: Float32Array, b: Float32Array): number => {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0)
}

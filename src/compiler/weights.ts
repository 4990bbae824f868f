import { type FileHandle, open, readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'
import { float32FromBfloat16, float32FromFloat16 } from './float-formats.ts'
import { readJson } from './read-json.ts'
import { readFully, readSafetensorsHeader, type StoredTensor } from './safetensors.ts'

const SINGLE = 'model.safetensors'
export const WEIGHTS_INDEX = 'model.safetensors.index.json'

/** Most elements read at once, which bounds the memory of a compile; 2 Mi elements are 8 MiB of float32. */
const SLICE_ELEMENTS = 2 * 1024 * 1024

/** The weights of a checkpoint, whatever its files and layout. */
export interface Weights {
  /** Names of the safetensors files, relative to the checkpoint. */
  readonly files: readonly string[]
  /** The tensor under its name in transformers 5 (`model.visual.…`, `model.language_model.…`, `lm_head.weight`). */
  find(name: string): StoredTensor | undefined
  /** As `find`, but throws TENSOR_MISSING, TENSOR_WRONG_SHAPE or TENSOR_WRONG_DTYPE. */
  require(name: string, shape: readonly number[]): StoredTensor
  /** The tensor's values in order, in slices; a slice is only good until the next one. */
  slices(tensor: StoredTensor): AsyncIterable<Float32Array>
  close(): Promise<void>
}

/**
 * Where published checkpoints keep the same tensor: transformers 5, then 4 (Qwen's and Xiaomi's own), then what
 * transformers 4.50-4.52 and text-model wrappers wrote.
 */
const PREFIXES: readonly (readonly [string, readonly string[]])[] = [
  [
    'model.language_model.',
    ['model.language_model.', 'model.', 'language_model.model.', 'model.language_model.model.', 'language_model.'],
  ],
  ['model.visual.', ['model.visual.', 'visual.']],
  ['lm_head.', ['lm_head.', 'language_model.lm_head.', 'model.lm_head.', 'model.language_model.lm_head.']],
]

const namesOf = (name: string): readonly string[] => {
  for (const [canonical, prefixes] of PREFIXES) {
    if (name.startsWith(canonical)) return prefixes.map((prefix) => prefix + name.slice(canonical.length))
  }
  return [name]
}

/** Opens the weights of the folder. Throws CHECKPOINT_NO_WEIGHTS, CHECKPOINT_MISSING_SHARD, SAFETENSORS_DAMAGED. */
export const openWeights = async (folder: string): Promise<Weights> => {
  const { files, named } = await listShards(folder)
  const tensors = new Map<string, StoredTensor>()
  for (const file of files) {
    for (const tensor of await readShard(folder, file)) {
      const owner = named.get(tensor.name)
      if (owner === undefined || owner === file) tensors.set(tensor.name, tensor)
    }
  }
  for (const [name, file] of named) {
    if (!tensors.has(name)) {
      throw new OutriderError({
        code: 'TENSOR_MISSING',
        expected: `${name} in ${file}, as ${WEIGHTS_INDEX} says`,
        found: 'no such tensor in that file',
        next: `copy ${file} and ${WEIGHTS_INDEX} again from the same release`,
      })
    }
  }
  const handles = new Map<string, FileHandle>()
  const find = (name: string): StoredTensor | undefined => {
    for (const candidate of namesOf(name)) {
      const tensor = tensors.get(candidate)
      if (tensor) return tensor
    }
    return undefined
  }
  return {
    files,
    find,
    require(name, shape) {
      const tensor = find(name)
      if (tensor) return checked(tensor, shape)
      throw new OutriderError({
        code: 'TENSOR_MISSING',
        expected: `a tensor ${namesOf(name).join(' or ')} of shape [${shape.join(', ')}]`,
        found: `${tensors.size} tensors in ${files.length} files in ${folder}, none of that name`,
        next: 'check that config.json and the weights are of the same model',
      })
    },
    async *slices(tensor) {
      let handle = handles.get(tensor.path)
      if (!handle) {
        handle = await open(tensor.path, 'r')
        handles.set(tensor.path, handle)
      }
      yield* readSlices(handle, tensor)
    },
    async close() {
      for (const handle of handles.values()) await handle.close()
      handles.clear()
    },
  }
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) })

/** The shards of the folder, and which tensor the index puts in which. The index wins over a single file beside it. */
const listShards = async (folder: string): Promise<{ files: string[]; named: Map<string, string> }> => {
  const index = await readJson(folder, WEIGHTS_INDEX)
  if (index === undefined) return { files: [SINGLE], named: new Map() }
  const parsed = indexSchema.safeParse(index)
  if (!parsed.success) throw badIndex(folder, z.prettifyError(parsed.error).replaceAll('\n', ' '))
  const named = new Map(Object.entries(parsed.data.weight_map))
  for (const file of named.values()) {
    if (file !== basename(file)) throw badIndex(folder, `"${file}", which is elsewhere`)
  }
  return { files: [...new Set(named.values())].sort(), named }
}

const badIndex = (folder: string, found: string): OutriderError =>
  new OutriderError({
    code: 'CHECKPOINT_BAD_INDEX',
    expected: `weight_map: tensor name -> name of a file beside it, in ${join(folder, WEIGHTS_INDEX)}`,
    found,
  })

const readShard = async (folder: string, file: string): Promise<readonly StoredTensor[]> => {
  try {
    return await readSafetensorsHeader(join(folder, file))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause
    throw file === SINGLE
      ? new OutriderError({
          code: 'CHECKPOINT_NO_WEIGHTS',
          expected: `${SINGLE} or ${WEIGHTS_INDEX} in ${folder}`,
          found:
            (await readdir(folder)).filter((name) => /\.(safetensors|bin|pt|gguf)$/.test(name)).join(', ') || 'neither',
          next: 'give the folder of a Hugging Face checkpoint with safetensors weights',
        })
      : new OutriderError({
          code: 'CHECKPOINT_MISSING_SHARD',
          expected: `${file} in ${folder}, as ${WEIGHTS_INDEX} says`,
          found: 'no such file',
          next: `copy ${file} from where the checkpoint came from`,
        })
  }
}

const FLOATS = ['F32', 'BF16', 'F16']

const checked = (tensor: StoredTensor, shape: readonly number[]): StoredTensor => {
  const place = `${tensor.name} in ${tensor.path}`
  if (tensor.shape.length !== shape.length || tensor.shape.some((side, i) => side !== shape[i])) {
    throw new OutriderError({
      code: 'TENSOR_WRONG_SHAPE',
      expected: `[${shape.join(', ')}] for ${place}, as config.json says`,
      found: `[${tensor.shape.join(', ')}]`,
      next: 'check that config.json and the weights are of the same model',
    })
  }
  if (!FLOATS.includes(tensor.dtype)) {
    throw new OutriderError({
      code: 'TENSOR_WRONG_DTYPE',
      expected: `${FLOATS.join(', ')} for ${place}`,
      found: tensor.dtype,
      next: 'compile the checkpoint before it was quantised; the bundle chooses its own precision',
    })
  }
  return tensor
}

const readSlices = async function* (file: FileHandle, tensor: StoredTensor): AsyncIterable<Float32Array> {
  const elements = tensor.shape.reduce((product, side) => product * side, 1)
  const elementBytes = tensor.dtype === 'F32' ? 4 : 2
  const length = Math.min(elements, SLICE_ELEMENTS)
  const raw = new ArrayBuffer(length * elementBytes)
  const floats = new Float32Array(elementBytes === 4 ? raw : new ArrayBuffer(length * 4))
  for (let done = 0; done < elements; done += length) {
    const count = Math.min(length, elements - done)
    await readFully(file, new Uint8Array(raw, 0, count * elementBytes), tensor.offset + done * elementBytes)
    const slice = floats.subarray(0, count)
    if (tensor.dtype === 'BF16') float32FromBfloat16(new Uint16Array(raw, 0, count), slice)
    if (tensor.dtype === 'F16') float32FromFloat16(new Uint16Array(raw, 0, count), slice)
    yield slice
  }
}

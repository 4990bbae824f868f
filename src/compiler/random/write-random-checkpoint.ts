import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { OutriderError } from '#errors'
import { requireDiskSpace } from '../disk-space.ts'
import { bfloat16FromFloat32, float16FromFloat32 } from '../float-formats.ts'
import type { CheckpointShape } from './checkpoint-shape.ts'
import { configFiles } from './config-files.ts'
import { noiseStream } from './noise.ts'
import { type RandomTensor, randomTensors } from './tensor-list.ts'

export interface RandomCheckpointOptions {
  readonly seed: bigint
  /** Bytes of weights written so far, of all. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface RandomCheckpoint {
  /** Names of the files of weights. */
  readonly shards: readonly string[]
  readonly parameters: number
  /** Of weights. */
  readonly bytes: number
}

/** Most values made at once, which bounds memory; 1 Mi are 4 MiB of float32. */
const SLICE_ELEMENTS = 1024 * 1024

const elementsOf = ({ shape }: RandomTensor): number => shape.reduce((product, side) => product * side, 1)
export const bytesOf = (tensor: RandomTensor): number => elementsOf(tensor) * (tensor.dtype === 'F32' ? 4 : 2)

/**
 * Writes a checkpoint of the shape with random weights: the same shape and seed give the same bytes. Streamed; the
 * folder appears under its name when it is whole. Throws CHECKPOINT_EXISTS when something is there already, DISK_FULL.
 */
export const writeRandomCheckpoint = async (
  target: string,
  shape: CheckpointShape,
  { seed, onProgress, signal }: RandomCheckpointOptions,
): Promise<RandomCheckpoint> => {
  const folder = resolve(target)
  if ((await readdir(folder).catch(() => [])).length > 0) {
    throw new OutriderError({
      code: 'CHECKPOINT_EXISTS',
      expected: `nothing, or an empty folder, at ${folder}`,
      found: 'files',
      next: 'name another folder with --out, or delete that one',
    })
  }
  const tensors = randomTensors(shape)
  const shards = cutShards(tensors, shape.shardBytes)
  const names = shards.map((_, i) => shardName(i, shards.length))
  const bytes = tensors.reduce((sum, tensor) => sum + bytesOf(tensor), 0)
  const partial = `${folder}.partial-${randomUUID().slice(0, 8)}`
  await mkdir(dirname(folder), { recursive: true })
  await mkdir(partial)
  try {
    await requireDiskSpace(partial, bytes)
    for (const [name, content] of configFiles(shape)) await writeFile(join(partial, name), content)
    let done = 0
    for (const [i, shard] of shards.entries()) {
      await writeShard(join(partial, names[i]!), shard, seed, (written) => {
        signal?.throwIfAborted()
        done += written
        onProgress?.(done, bytes)
      })
    }
    if (shards.length > 1) {
      const entries = shards.flatMap((shard, i) => shard.map((tensor) => [tensor.name, names[i]]))
      const index = { metadata: { total_size: bytes }, weight_map: Object.fromEntries(entries) }
      await writeFile(join(partial, 'model.safetensors.index.json'), `${JSON.stringify(index, null, 2)}\n`)
    }
    await rename(partial, folder)
  } finally {
    await rm(partial, { recursive: true, force: true })
  }
  return { shards: names, bytes, parameters: tensors.reduce((sum, tensor) => sum + elementsOf(tensor), 0) }
}

/** Consecutive tensors, as many in each shard as fit. */
export const cutShards = (
  tensors: readonly RandomTensor[],
  shardBytes: number,
): readonly (readonly RandomTensor[])[] => {
  const shards: RandomTensor[][] = [[]]
  let size = 0
  for (const tensor of tensors) {
    if (size > 0 && size + bytesOf(tensor) > shardBytes) {
      shards.push([])
      size = 0
    }
    shards.at(-1)!.push(tensor)
    size += bytesOf(tensor)
  }
  return shards
}

const shardName = (i: number, count: number): string => {
  const digits = (value: number): string => `${value}`.padStart(5, '0')
  return count === 1 ? 'model.safetensors' : `model-${digits(i + 1)}-of-${digits(count)}.safetensors`
}

const writeShard = async (
  path: string,
  tensors: readonly RandomTensor[],
  seed: bigint,
  onBytes: (bytes: number) => void,
): Promise<void> => {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let end = 0
  for (const tensor of tensors) {
    const start = end
    end += bytesOf(tensor)
    header[tensor.name] = { dtype: tensor.dtype, shape: tensor.shape, data_offsets: [start, end] }
  }
  const json = JSON.stringify(header)
  // Data must begin at a multiple of 8; names and numbers are ASCII.
  const text = Buffer.from(json.padEnd(Math.ceil(json.length / 8) * 8))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const file = await open(path, 'wx')
  try {
    await append(file, length)
    await append(file, text)
    for (const tensor of tensors) await writeTensor(file, tensor, seed, onBytes)
  } finally {
    await file.close()
  }
}

const writeTensor = async (
  file: FileHandle,
  tensor: RandomTensor,
  seed: bigint,
  onBytes: (bytes: number) => void,
): Promise<void> => {
  const stream = noiseStream(seed, tensor.stream, tensor.mean, tensor.deviation)
  const elements = elementsOf(tensor)
  const floats = new Float32Array(Math.min(elements, SLICE_ELEMENTS))
  const halves = new Uint16Array(tensor.dtype === 'F32' ? 0 : floats.length)
  for (let first = 0; first < elements; first += floats.length) {
    const slice = floats.subarray(0, Math.min(floats.length, elements - first))
    stream.fill(slice, first)
    const out = tensor.dtype === 'F32' ? slice : halves.subarray(0, slice.length)
    if (tensor.dtype === 'BF16') bfloat16FromFloat32(slice, halves)
    if (tensor.dtype === 'F16') float16FromFloat32(slice, halves)
    await append(file, new Uint8Array(out.buffer, 0, out.byteLength))
    onBytes(out.byteLength)
  }
}

/** At the end of what was written; a write may take less than it was given. */
const append = async (file: FileHandle, bytes: Uint8Array): Promise<void> => {
  for (let done = 0; done < bytes.byteLength; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done)
    done += bytesWritten
  }
}

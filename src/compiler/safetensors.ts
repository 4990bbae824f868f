import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'

/** Where a tensor lies in its file. */
export interface StoredTensor {
  readonly name: string
  /** As written: F32, BF16, F16, I64 … */
  readonly dtype: string
  readonly shape: readonly number[]
  readonly path: string
  /** First byte in the file. */
  readonly offset: number
  readonly bytes: number
}

/** Bytes per element of the dtypes of the format. */
const DTYPE_BYTES: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
}

/** The format's own limit, which keeps a corrupt length from asking for the whole memory; bytes. */
const MAX_HEADER_BYTES = 100_000_000

const dimension = z.int().nonnegative()
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(dimension),
  data_offsets: z.tuple([dimension, dimension]),
})

const damaged = (path: string, expected: string, found: string): OutriderError =>
  new OutriderError({
    code: 'SAFETENSORS_DAMAGED',
    expected: `${expected} in ${path}`,
    found,
    next: `copy ${basename(path)} again from where the checkpoint came from`,
  })

/**
 * Reads the header of a safetensors file: 8 bytes of length (little-endian), JSON, then the data.
 * Throws SAFETENSORS_DAMAGED when the file is shorter than its header says, or the header is not what the format allows.
 */
export const readSafetensorsHeader = async (path: string): Promise<readonly StoredTensor[]> => {
  const file = await open(path, 'r')
  try {
    return await readHeader(file, path)
  } finally {
    await file.close()
  }
}

const readHeader = async (file: FileHandle, path: string): Promise<readonly StoredTensor[]> => {
  const { size } = await file.stat()
  if (size < 8) throw damaged(path, 'at least the 8 bytes of the header length', `${size} bytes`)
  const length = Number((await readAt(file, 0, 8)).readBigUInt64LE())
  if (length > MAX_HEADER_BYTES) throw damaged(path, `a header of at most ${MAX_HEADER_BYTES} bytes`, `${length}`)
  const dataStart = 8 + length
  if (size < dataStart) throw damaged(path, `a header of ${length} bytes`, `a file of ${size} bytes`)
  let header: unknown
  try {
    header = JSON.parse((await readAt(file, 8, length)).toString('utf8'))
  } catch (cause) {
    throw damaged(path, 'a JSON header', String(cause))
  }
  const record = z.record(z.string(), z.unknown()).safeParse(header)
  if (!record.success) throw damaged(path, 'a header that is a JSON object', JSON.stringify(header).slice(0, 80))
  return Object.entries(record.data)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => storedTensor(name, entry, path, dataStart, size))
}

const storedTensor = (name: string, raw: unknown, path: string, dataStart: number, size: number): StoredTensor => {
  const parsed = entrySchema.safeParse(raw)
  if (!parsed.success) {
    throw damaged(path, `dtype, shape and data_offsets of ${name}`, (JSON.stringify(raw) ?? 'nothing').slice(0, 120))
  }
  const { dtype, shape, data_offsets } = parsed.data
  const [start, end] = data_offsets
  const elementBytes = DTYPE_BYTES[dtype]
  const bytes = end - start
  if (bytes < 0) throw damaged(path, `${name} to end after it begins`, `bytes ${start} to ${end}`)
  if (elementBytes !== undefined) {
    const wanted = shape.reduce((product, side) => product * side, elementBytes)
    if (wanted !== bytes) {
      throw damaged(path, `${wanted} bytes for ${name} (${dtype} [${shape.join(', ')}])`, `${bytes} bytes`)
    }
  }
  if (dataStart + end > size) {
    throw damaged(path, `${name} up to byte ${dataStart + end}`, `a file of ${size} bytes (truncated)`)
  }
  return { name, dtype, shape, path, offset: dataStart + start, bytes }
}

/** Exactly `length` bytes at `position`. */
const readAt = async (file: FileHandle, position: number, length: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(length)
  await readFully(file, buffer, position)
  return buffer
}

/** Fills `buffer` from `position`; a read may return less than was asked for. */
export const readFully = async (file: FileHandle, buffer: Uint8Array, position: number): Promise<void> => {
  let done = 0
  while (done < buffer.byteLength) {
    const { bytesRead } = await file.read(buffer, done, buffer.byteLength - done, position + done)
    if (bytesRead === 0) throw new Error(`file ended ${buffer.byteLength - done} bytes early at ${position + done}`)
    done += bytesRead
  }
}

import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bundle } from './bundle.ts'
import type { Weight } from './onnx-graph.ts'
import type { Weights } from './weights.ts'

/** External data is mapped into memory by page; bytes. */
const PAGE = 4096

/** Offsets of the weights in their file, in order, each on a page of its own, and the file's size; bytes. */
export const layOut = (weights: readonly Weight[]): { readonly offsets: ReadonlyMap<string, number>; size: number } => {
  const offsets = new Map<string, number>()
  let size = 0
  for (const { name, shape } of weights) {
    size = Math.ceil(size / PAGE) * PAGE
    offsets.set(name, size)
    size += shape.reduce((product, side) => product * side, 4)
  }
  return { offsets, size }
}

/** A file of the bundle written from front to back, hashed on the way. */
interface HashedFile {
  readonly position: number
  write(bytes: Uint8Array): Promise<void>
  close(): Promise<Bundle['files'][string]>
}

const openHashed = async (path: string): Promise<HashedFile> => {
  const handle: FileHandle = await open(path, 'wx')
  const hash: Hash = createHash('sha256')
  let position = 0
  return {
    get position() {
      return position
    },
    async write(bytes) {
      hash.update(bytes)
      for (let done = 0; done < bytes.byteLength; ) {
        const { bytesWritten } = await handle.write(bytes, done, bytes.byteLength - done, position + done)
        done += bytesWritten
      }
      position += bytes.byteLength
    },
    async close() {
      await handle.close()
      return { bytes: position, sha256: hash.digest('hex') }
    },
  }
}

/** Writes files into a folder and keeps what bundle.json says of them. */
export interface BundleWriter {
  readonly files: Bundle['files']
  writeFile(name: string, content: string | Uint8Array): Promise<void>
  /** The weights in their order, each at its place as `layOut` says; `onBytes` is told of each piece written. */
  writeWeights(
    name: string,
    weights: readonly Weight[],
    source: Weights,
    onBytes: (bytes: number) => void,
  ): Promise<void>
}

/** `signal` stops the writing between two pieces, with its reason thrown. */
export const bundleWriter = (folder: string, signal?: AbortSignal): BundleWriter => {
  const files: Bundle['files'] = {}
  const written = async (name: string, fill: (file: HashedFile) => Promise<void>): Promise<void> => {
    const file = await openHashed(join(folder, name))
    try {
      await fill(file)
    } finally {
      files[name] = await file.close()
    }
  }
  return {
    files,
    writeFile: (name, content) =>
      written(name, (file) => file.write(typeof content === 'string' ? new TextEncoder().encode(content) : content)),
    writeWeights: (name, weights, source, onBytes) =>
      written(name, async (file) => {
        const { offsets } = layOut(weights)
        for (const weight of weights) {
          await file.write(new Uint8Array(offsets.get(weight.name)! - file.position))
          for (const { tensor, shape } of weight.parts) {
            for await (const slice of source.slices(source.require(tensor, shape))) {
              signal?.throwIfAborted()
              await file.write(new Uint8Array(slice.buffer, slice.byteOffset, slice.byteLength))
              onBytes(slice.byteLength)
            }
          }
        }
      }),
  }
}

// The one file that knows the zstd library.
import { compress, decompress, isLoaded } from '@foxglove/wasm-zstd'

/** Its own default: about 5 times smaller on small protobuf messages; slower levels gain 3 %. */
const LEVEL = 3

/** Resolves once the functions below may be called. */
export const zstdReady = async (): Promise<void> => {
  await isLoaded
}

export const zstdCompress = (bytes: Uint8Array): Uint8Array => compress(bytes, LEVEL)

/** Throws when `bytes` are no zstd frame of exactly `size` bytes. */
export const zstdDecompress = (bytes: Uint8Array, size: number): Uint8Array => {
  const unpacked = decompress(bytes, size)
  if (unpacked.byteLength !== size) throw new Error(`${unpacked.byteLength} bytes unpacked, ${size} announced`)
  return unpacked
}

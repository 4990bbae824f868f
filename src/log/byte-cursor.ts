import { type FileHandle, open } from 'node:fs/promises'
import { OutriderError } from '#errors'

/** Bytes that are read from the disk at once: several chunks, since what is left of a block is copied to the next. */
const BLOCK_BYTES = 4 * 1024 * 1024

/** A file from where it was opened to the size that it had when it was opened; memory stays at a block and the longest request. */
export interface ByteCursor {
  readonly path: string
  readonly size: number
  /** Of the next byte. */
  readonly offset: number
  /** The next `length` bytes without going on, or undefined when fewer are left. */
  peek(length: number): Promise<Uint8Array | undefined>
  /** The next `length` bytes, or undefined, going nowhere, when fewer are left. They stay as they are after later calls. */
  take(length: number): Promise<Uint8Array | undefined>
  /** Any bytes of the file. */
  readAt(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** From `start` on. Throws TAPE_NOT_READ when there is no such file. */
export const openBytes = async (path: string, start = 0): Promise<ByteCursor> => {
  const file = await open(path, 'r').catch((cause: unknown) => {
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new OutriderError({ code: 'TAPE_NOT_READ', expected: `a tape at ${path}`, found, cause })
  })
  const { size } = await file.stat()
  let block: Uint8Array = new Uint8Array()
  let at = 0
  let offset = start

  const fill = async (length: number): Promise<boolean> => {
    const left = block.byteLength - at
    if (left >= length) return true
    if (size - offset < length) return false
    // Not zeroed first: every byte of it is read, or reading throws.
    const next = Buffer.allocUnsafeSlow(Math.min(size - offset, Math.max(length, BLOCK_BYTES)))
    next.set(block.subarray(at), 0)
    await readFully(file, next, left, offset + left)
    block = next
    at = 0
    return true
  }

  return {
    path,
    size,
    get offset() {
      return offset
    },
    peek: async (length) => ((await fill(length)) ? block.subarray(at, at + length) : undefined),
    take: async (length) => {
      if (!(await fill(length))) return undefined
      const bytes = block.subarray(at, at + length)
      at += length
      offset += length
      return bytes
    },
    readAt: async (from, length) => {
      const bytes = new Uint8Array(length)
      await readFully(file, bytes, 0, from)
      return bytes
    },
    close: () => file.close(),
  }
}

const readFully = async (file: FileHandle, into: Uint8Array, start: number, position: number): Promise<void> => {
  for (let done = start; done < into.byteLength; ) {
    const { bytesRead } = await file.read(into, done, into.byteLength - done, position + done - start)
    if (bytesRead === 0) throw new Error('the file became shorter while it was read')
    done += bytesRead
  }
}

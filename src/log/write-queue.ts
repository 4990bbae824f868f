import type { FileHandle } from 'node:fs/promises'

/** ms between two requests that the disk keep what it has: what a loss of power may cost. */
const SYNC_PERIOD_MS = 1000

/** Pieces that one call may write; the system allows 1024. */
const MOST_AT_ONCE = 64

/** Bytes that wait for the file system, in order. */
export interface WriteQueue {
  push(bytes: Uint8Array): void
  /** Resolves when all that was pushed before is on the disk; rejects when writing failed. */
  flush(): Promise<void>
  readonly queuedBytes: number
  readonly largestQueuedBytes: number
  readonly writtenBytes: number
  /** What ended the writing, if anything did. Nothing is written after it. */
  readonly failure: unknown
}

/** `onWritten` is told each piece that the file system has taken. */
export const createWriteQueue = (file: FileHandle, onWritten: (bytes: Uint8Array) => void): WriteQueue => {
  const waiting: Uint8Array[] = []
  let queuedBytes = 0
  let largestQueuedBytes = 0
  let writtenBytes = 0
  let failure: unknown
  let draining: Promise<void> | undefined
  let lastSyncMs = performance.now()

  const sync = async (): Promise<void> => {
    await file.datasync()
    lastSyncMs = performance.now()
  }

  /** Takes out what was written: whole pieces, and the start of one. */
  const drop = (bytes: number): void => {
    writtenBytes += bytes
    queuedBytes -= bytes
    let left = bytes
    for (let piece = waiting[0]; piece && left > 0; piece = waiting[0]) {
      if (piece.byteLength <= left) {
        waiting.shift()
        onWritten(piece)
      } else waiting[0] = piece.subarray(left)
      left -= piece.byteLength
    }
  }

  const drain = async (): Promise<void> => {
    try {
      while (waiting.length > 0) {
        const { bytesWritten } = await file.writev(waiting.slice(0, MOST_AT_ONCE))
        drop(bytesWritten)
        if (performance.now() - lastSyncMs >= SYNC_PERIOD_MS) await sync()
      }
    } catch (error) {
      failure = error
      waiting.length = 0
      queuedBytes = 0
    }
    draining = undefined
  }

  return {
    push: (bytes) => {
      if (failure !== undefined || bytes.byteLength === 0) return
      waiting.push(bytes)
      queuedBytes += bytes.byteLength
      largestQueuedBytes = Math.max(largestQueuedBytes, queuedBytes)
      draining ??= drain()
    },
    flush: async () => {
      while (draining) await draining
      if (failure === undefined) await sync().catch((error: unknown) => (failure = error))
      if (failure !== undefined) throw failure
    },
    get queuedBytes() {
      return queuedBytes
    },
    get largestQueuedBytes() {
      return largestQueuedBytes
    },
    get writtenBytes() {
      return writtenBytes
    },
    get failure() {
      return failure
    },
  }
}

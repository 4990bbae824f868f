import type { FileHandle } from 'node:fs/promises'

/** ms between two requests that the disk keep what it has: what a loss of power may cost. */
const SYNC_PERIOD_MS = 1000

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

export const createWriteQueue = (file: FileHandle): WriteQueue => {
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

  const drain = async (): Promise<void> => {
    try {
      for (let bytes = waiting.shift(); bytes; bytes = waiting.shift()) {
        for (let done = 0; done < bytes.byteLength; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.byteLength - done)
          done += bytesWritten
        }
        queuedBytes -= bytes.byteLength
        writtenBytes += bytes.byteLength
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

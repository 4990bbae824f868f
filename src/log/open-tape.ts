import { open } from 'node:fs/promises'
import { OutriderError } from '#errors'
import type { TapeRecord } from '#messages'
import { hex } from './chain.ts'
import { LIBRARY } from './library.ts'
import { createTapeAssembler } from './tape-assembler.ts'
import { isEvent } from './tape-format.ts'
import { createWriteQueue } from './write-queue.ts'
import { zstdReady } from './zstd.ts'

/**
 * Bytes that may wait for the file system: 25 s of six 145 kB cameras at 12 Hz. A disk that is further behind will not
 * catch up, and memory is the drive's.
 */
const MOST_QUEUED_BYTES = 256 * 1024 * 1024

export interface TapeOptions {
  /** zstd for chunks without images; default true. */
  readonly compress?: boolean
  /** Bytes that may wait for the file system; with more, the tape ends before the next event; default 256 MiB. */
  readonly mostQueuedBytes?: number
}

export interface TapeStats {
  /** Accepted, those of the open chunk included. */
  readonly messages: number
  readonly chunks: number
  readonly writtenBytes: number
  /** Bytes of closed chunks that the file system has not taken yet, and the most there ever were. */
  readonly queuedBytes: number
  readonly largestQueuedBytes: number
  /** Messages that came after the tape ended early; 0 on a whole tape. */
  readonly lostMessages: number
  /** Why the tape ended early. A tape is whole up to its end, never with a hole, or it could not be replayed. */
  readonly failure: OutriderError | undefined
  /** Head of the hash chain over all messages so far, in hex. */
  readonly chainSha256: string
}

export interface TapeWriter {
  readonly path: string
  /**
   * Takes the record, in order and without waiting; the payload is copied. Throws on a bug (unknown topic, closed
   * tape); trouble with the disk shows in `stats`.
   */
  write(record: TapeRecord): void
  /** Resolves when every closed chunk is on the disk; does not close the open one. Throws TAPE_NOT_WRITTEN. */
  flush(): Promise<void>
  /** Closes the open chunk, writes the summary, closes the file. Throws TAPE_NOT_WRITTEN when the tape ended early. */
  close(): Promise<void>
  stats(): TapeStats
}

/** Begins a tape at `path`, in place of any file there. Throws TAPE_NOT_WRITTEN. */
export const openTape = async (path: string, options: TapeOptions = {}): Promise<TapeWriter> => {
  const { compress = true, mostQueuedBytes = MOST_QUEUED_BYTES } = options
  await zstdReady()
  const file = await open(path, 'w').catch((cause: unknown) => {
    throw notWritten(path, 'a file that can be written', cause)
  })
  const assembler = createTapeAssembler({ library: LIBRARY, compress })
  const queue = createWriteQueue(file, assembler.recycle)
  let tooSlow: OutriderError | undefined
  let lostMessages = 0
  let closing: Promise<void> | undefined

  const failure = (): OutriderError | undefined =>
    tooSlow ?? (queue.failure === undefined ? undefined : notWritten(path, 'bytes to be written', queue.failure))

  const finish = async (): Promise<void> => {
    try {
      for (const bytes of assembler.end()) queue.push(bytes)
      await queue.flush().catch(() => undefined)
    } finally {
      await file.close()
    }
    const trouble = failure()
    if (trouble) throw trouble
  }

  queue.push(assembler.begin())
  return {
    path,
    write: (record) => {
      if (closing) throw new Error(`${record.topic} written to ${path} after it was closed`)
      if (!tooSlow && queue.queuedBytes > mostQueuedBytes && isEvent(record)) {
        const found = `${queue.queuedBytes} bytes waiting`
        tooSlow = notWritten(path, `a disk that keeps up (at most ${mostQueuedBytes} bytes waiting)`, found)
      }
      if (tooSlow || queue.failure !== undefined) {
        lostMessages += 1
        return
      }
      for (const block of assembler.add(record)) queue.push(block)
    },
    flush: async () => {
      await queue.flush().catch(() => undefined)
      const trouble = failure()
      if (trouble) throw trouble
    },
    close: () => {
      closing ??= finish()
      return closing
    },
    stats: () => ({
      messages: assembler.messages,
      chunks: assembler.chunks,
      writtenBytes: queue.writtenBytes,
      queuedBytes: queue.queuedBytes,
      largestQueuedBytes: queue.largestQueuedBytes,
      lostMessages,
      failure: failure(),
      chainSha256: hex(assembler.chainHead),
    }),
  }
}

const notWritten = (path: string, expected: string, cause: unknown): OutriderError =>
  new OutriderError({
    code: 'TAPE_NOT_WRITTEN',
    expected: `${path}: ${expected}`,
    found: cause instanceof Error ? cause.message : String(cause),
    next: 'choose a path on a disk with room and speed',
    cause,
  })

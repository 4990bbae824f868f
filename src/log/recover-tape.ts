import { rename, rm, stat } from 'node:fs/promises'
import { Opcode } from '@mcap/core'
import { OutriderError } from '#errors'
import { findTopic, type TapeRecord } from '#messages'
import { openBytes } from './byte-cursor.ts'
import { openTape, type TapeWriter } from './open-tape.ts'
import { readTape } from './read-tape.ts'
import { isEvent } from './tape-format.ts'
import { type Damage, verifyTape } from './verify-tape.ts'

export interface RecoverOptions {
  /** Replace the file at the target, if there is one. */
  readonly force?: boolean
  /** Bytes read of all that will be: the tape is read twice. */
  readonly onProgress?: (doneBytes: number, sizeBytes: number) => void
}

export interface Recovery {
  readonly source: string
  readonly target: string
  /** Whether the source was closed in order. */
  readonly complete: boolean
  /** What verification finds in the source beyond its being cut; empty for a tape that was just cut. */
  readonly damaged: readonly Damage[]
  readonly messages: number
  readonly events: number
  readonly chunks: number
  /** Log times of the first and the last event; ns since the Unix epoch. Absent when there is none. */
  readonly spanNs?: readonly [bigint, bigint]
  readonly lost: Loss
  /** Head of the target's hash chain, in hex. */
  readonly chainSha256: string
  /** Whether the source's readable messages have the same chain; false for a tape whose schemas were of another version of Outrider. */
  readonly sameChain: boolean
}

export interface Loss {
  /** Of the source, from the record on that is cut or cannot be read. */
  readonly bytes: number
  /** What begins there. `index`: a record that says again what stands before it, so no message is lost. `unreadable`: after damage. */
  readonly record: 'none' | 'chunk' | 'index' | 'unreadable'
  /** Log time of the chunk's last message; ns since the Unix epoch. Absent where that is lost too. */
  readonly untilNs?: bigint
}

/** Bytes of payloads between two waits for the disk. */
const FLUSH_BYTES = 64 * 1024 * 1024

/**
 * Writes the messages of all whole chunks of `source`, up to the first that cannot be read, as a closed tape. The target
 * appears when it is whole. Throws TAPE_NOT_READ, TAPE_NOT_WRITTEN, TAPE_EXISTS, TAPE_FOREIGN, and TAPE_DAMAGED for a file
 * that is no tape.
 */
export const recoverTape = async (
  source: string,
  target: string,
  { force = false, onProgress }: RecoverOptions = {},
): Promise<Recovery> => {
  await refuseToOverwrite(source, target, force)
  const twice = (pass: number) => (done: number, size: number) => onProgress?.(pass * size + done, 2 * size)
  const found = await verifyTape(source, { onProgress: twice(0) })
  const { damaged, complete } = found
  if (damaged[0]?.what === 'magic') throw noTape(source, damaged[0])

  const part = `${target}.part`
  const tape = await openTape(part)
  try {
    const { endOffset, stopped, ...kept } = await copy(source, tape, twice(1))
    await tape.close()
    const { messages, chunks, chainSha256 } = tape.stats()
    const lost = await lossAfter(source, endOffset, stopped)
    await rename(part, target)
    const sameChain = chainSha256 === found.chainSha256
    return { source, target, complete, damaged, messages, chunks, ...kept, lost, chainSha256, sameChain }
  } catch (error) {
    await tape.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
}

const copy = async (source: string, tape: TapeWriter, onProgress: (done: number, size: number) => void) => {
  let endOffset = 0
  let stopped = false
  let unflushed = 0
  let events = 0
  let spanNs: readonly [bigint, bigint] | undefined
  const records = readTape(source, {
    onEnd: ({ sizeBytes, lostBytes }) => {
      endOffset = sizeBytes - lostBytes
    },
    onProgress: (done, size) => {
      endOffset = done
      onProgress(done, size)
    },
  })
  try {
    for await (const record of records) {
      if (!findTopic(record.topic)) throw foreign(source, record)
      if (isEvent(record)) {
        events += 1
        spanNs = [spanNs?.[0] ?? record.logTimeNs, record.logTimeNs]
      }
      tape.write(record)
      unflushed += record.payload.byteLength
      if (unflushed < FLUSH_BYTES) continue
      unflushed = 0
      await tape.flush()
    }
  } catch (error) {
    if (!(error instanceof OutriderError) || error.code !== 'TAPE_DAMAGED') throw error
    stopped = true
  }
  return { events, endOffset, stopped, ...(spanNs ? { spanNs } : {}) }
}

/** Opcode, length, first log time, last log time. */
const CHUNK_TIMES_BYTES = 1 + 8 + 8 + 8

/** What stands from `offset` on, where the first record begins that was not read. */
const lossAfter = async (path: string, offset: number, stopped: boolean): Promise<Loss> => {
  const cursor = await openBytes(path)
  try {
    const bytes = cursor.size - offset
    if (stopped) return { bytes, record: 'unreadable' }
    if (bytes === 0) return { bytes, record: 'none' }
    const head = Buffer.from(await cursor.readAt(offset, Math.min(CHUNK_TIMES_BYTES, bytes)))
    if (head[0] !== Opcode.CHUNK) return { bytes, record: 'index' }
    if (bytes < CHUNK_TIMES_BYTES) return { bytes, record: 'chunk' }
    return { bytes, record: 'chunk', untilNs: head.readBigUInt64LE(CHUNK_TIMES_BYTES - 8) }
  } finally {
    await cursor.close()
  }
}

const refuseToOverwrite = async (source: string, target: string, force: boolean): Promise<void> => {
  const [from, to] = await Promise.all([source, target].map((path) => stat(path).catch(() => undefined)))
  if (!to) return
  const same = from?.ino === to.ino && from.dev === to.dev
  if (force && !same) return
  throw new OutriderError({
    code: 'TAPE_EXISTS',
    expected: `no file at ${target} yet`,
    found: same ? 'the tape that is to be recovered' : `one of ${to.size} bytes`,
    next: same ? 'name another file: the broken tape is never written to' : 'name another file, or give --force',
  })
}

const noTape = (path: string, { expected, found }: Damage): OutriderError =>
  new OutriderError({ code: 'TAPE_DAMAGED', expected: `${path} to begin with the magic of MCAP, ${expected}`, found })

const foreign = (path: string, { topic }: TapeRecord): OutriderError =>
  new OutriderError({
    code: 'TAPE_FOREIGN',
    expected: `${path} to be a tape of Outrider, with its topics only`,
    found: `a message on ${topic}`,
    next: 'pymcap-cli recover mends tapes of others',
  })

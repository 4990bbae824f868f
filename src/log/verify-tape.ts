import { type ByteCursor, openBytes } from './byte-cursor.ts'
import { damageAtCut } from './cut.ts'
import { endsInMagic, type Frame, MAGIC, nextFrame } from './records.ts'
import { chainHeadOf, createDataCheck, type DataCheck, type Report } from './verify-data.ts'
import { createSummaryCheck } from './verify-summary.ts'
import { zstdReady } from './zstd.ts'

export interface Damage {
  /** Of the record that is wrong, in the file. */
  readonly offset: number
  /** As in chunk, hash chain, footer. */
  readonly what: string
  readonly expected: string
  readonly found: string
}

export interface Verification {
  /** Empty for a sound tape. At most 100 are kept; after damage to a record's length nothing more can be read. */
  readonly damaged: readonly Damage[]
  /** In readable chunks. */
  readonly messages: number
  /** Messages that the chain vouches for: all of a closed tape, all but the last chunk's at worst of a cut one. */
  readonly chainedMessages: number
  readonly chunks: number
  /** The chain's head over `messages`, recomputed; hex. */
  readonly chainSha256: string
  /** False: never closed (a crash); that is no damage. */
  readonly complete: boolean
  readonly sizeBytes: number
}

export interface VerifyOptions {
  readonly onProgress?: (doneBytes: number, sizeBytes: number) => void
}

const MOST_DAMAGES = 100

/**
 * Reads every byte of a tape and checks it: magic, structure, CRCs (chunks, data section, summary, attachments), indexes
 * and statistics against the data, the hash chain after each chunk. Throws only TAPE_NOT_READ; all else is in the result.
 */
export const verifyTape = async (path: string, { onProgress }: VerifyOptions = {}): Promise<Verification> => {
  await zstdReady()
  const cursor = await openBytes(path)
  const damaged: Damage[] = []
  const report: Report = (offset, what, expected, found) => {
    if (damaged.length < MOST_DAMAGES) damaged.push({ offset, what, expected, found })
  }
  const data = createDataCheck(MAGIC, report)
  let complete = false
  try {
    complete = await check(cursor, data, report, () => onProgress?.(cursor.offset, cursor.size))
  } catch (error) {
    report(cursor.offset, 'record', 'a whole record of a tape', error instanceof Error ? error.message : String(error))
    complete = await endsInMagic(cursor)
  } finally {
    await cursor.close()
  }
  const { section } = data
  return {
    damaged,
    messages: section.facts.messages,
    chainedMessages: section.chainedMessages,
    chunks: section.chunkIndexes.length,
    chainSha256: chainHeadOf(section),
    complete,
    sizeBytes: cursor.size,
  }
}

/** Returns whether the file was closed; throws where it cannot be read on. */
const check = async (cursor: ByteCursor, data: DataCheck, report: Report, tell: () => void): Promise<boolean> => {
  if (!(await magic(cursor, 'magic', report))) return false
  for (let ended = false; !ended; tell()) {
    const frame = await frameOrCut(cursor, data, report)
    if (!frame) return false
    ended = data.add(frame)
  }
  const { facts, readable } = data.section
  if (readable && data.section.chainedMessages !== facts.messages) {
    report(cursor.offset, 'hash chain', `${facts.messages} messages chained`, `${data.section.chainedMessages}`)
  }
  const summary = createSummaryCheck(data.section, cursor.offset, report)
  for (let ended = false; !ended; ) {
    const frame = await frameOrCut(cursor, undefined, report)
    if (!frame) return false
    ended = summary.add(frame)
  }
  if (!(await magic(cursor, 'closing magic', report))) return false
  if (cursor.offset !== cursor.size)
    report(cursor.offset, 'end', 'the end of the file', `${cursor.size - cursor.offset} more bytes`)
  return true
}

/** Reads a magic; false when the file ends within it. */
const magic = async (cursor: ByteCursor, what: string, report: Report): Promise<boolean> => {
  const { offset, size } = cursor
  const length = Math.min(MAGIC.byteLength, size - offset)
  const found = (await cursor.take(length)) ?? new Uint8Array()
  if (Buffer.compare(found, MAGIC.subarray(0, length)) !== 0) {
    report(offset, what, Buffer.from(MAGIC).toString('hex'), Buffer.from(found).toString('hex'))
  }
  return length === MAGIC.byteLength
}

/** The next record, or undefined where the file ends within it; reports it when that is no matter of a crash. */
const frameOrCut = async (
  cursor: ByteCursor,
  data: DataCheck | undefined,
  report: Report,
): Promise<Frame | undefined> => {
  const frame = await nextFrame(cursor)
  if (frame) return frame
  const damage = await damageAtCut(cursor, data?.chainRecord())
  if (damage) report(cursor.offset, 'record length', 'a record as long as it is', damage)
  return undefined
}

import { type McapTypes, Opcode } from '@mcap/core'
import { OutriderError } from '#errors'
import { decode, type RunConfig, RunConfigSchema, type TapeRecord } from '#messages'
import { type ByteCursor, openBytes } from './byte-cursor.ts'
import { chunkRecords, endsInMagic, MAGIC, nextFrame, parseFrame, unpackChunk } from './records.ts'
import { CHAIN_METADATA } from './tape-format.ts'
import type { ChunkPlace } from './tape-index.ts'
import { zstdReady } from './zstd.ts'

/** What is known of the file once its last message was read. */
export interface TapeEnd {
  /** False: it was never closed (a crash), and what follows the last whole chunk is lost. */
  readonly complete: boolean
  readonly sizeBytes: number
  /** Bytes after the last whole record; 0 for a complete file. */
  readonly lostBytes: number
  readonly chunks: number
  readonly compressedChunks: number
  /** Head of the chain as the file last states it, in hex (`verifyTape` recomputes it); empty when there is none. */
  readonly chainSha256: string
  /** Who wrote it, as in outrider 0.1.0. */
  readonly library: string
}

export interface ReadOptions {
  /** A chunk to begin at; absent: the first. */
  readonly from?: ChunkPlace
  readonly onEnd?: (end: TapeEnd) => void
  /** After each chunk. */
  readonly onProgress?: (doneBytes: number, sizeBytes: number) => void
}

/**
 * All messages in file order, in memory for one chunk at a time; a file that was never closed to its last whole chunk.
 * CRCs of chunks are checked on the way. Throws TAPE_NOT_READ, TAPE_DAMAGED.
 */
export async function* readTape(
  path: string,
  { from, onEnd, onProgress }: ReadOptions = {},
): AsyncGenerator<TapeRecord, void> {
  await zstdReady()
  const cursor = await openBytes(path, from?.offset)
  const topics = new Map<number, string>(from?.channels)
  let library = ''
  let chainSha256 = ''
  let chunks = 0
  let compressedChunks = 0
  let complete = false
  try {
    for await (const record of recordsOf(cursor)) {
      if (record.type === 'Header') library = record.library
      if (record.type === 'Metadata' && record.name.startsWith(CHAIN_METADATA))
        chainSha256 = record.metadata.get('sha256') ?? ''
      // Other writers put channels outside of chunks.
      if (record.type === 'Channel') topics.set(record.id, record.topic)
      if (record.type === 'Footer') complete = true
      if (record.type !== 'Chunk') continue
      chunks += 1
      if (record.compression !== '') compressedChunks += 1
      const unpacked = guarded(cursor, () => unpackChunk(record))
      onProgress?.(cursor.offset, cursor.size)
      const contents = chunkRecords(unpacked)
      for (
        let item = guarded(cursor, () => contents.next());
        !item.done;
        item = guarded(cursor, () => contents.next())
      ) {
        const inner = item.value.record
        if (inner.type === 'Channel') topics.set(inner.id, inner.topic)
        if (inner.type === 'Message') yield guarded(cursor, () => tapeRecord(inner, topics))
      }
    }
    const { size, offset } = cursor
    onEnd?.({ complete, sizeBytes: size, lostBytes: size - offset, chunks, compressedChunks, chainSha256, library })
  } finally {
    await cursor.close()
  }
}

/** The tape's first record, decoded. Throws TAPE_NOT_READ, TAPE_DAMAGED, TAPE_WITHOUT_CONFIG. */
export const readTapeHead = async (path: string): Promise<{ record: TapeRecord; config: RunConfig }> => {
  for await (const record of readTape(path)) {
    if (record.topic !== '/pipeline/config') throw withoutConfig(path, record.topic)
    return { record, config: decode(RunConfigSchema, record.payload) }
  }
  throw withoutConfig(path, 'no message')
}

/** The file's own records, magic checked at both ends; ends early, without an error, where an unclosed file ends. */
async function* recordsOf(cursor: ByteCursor): AsyncGenerator<McapTypes.TypedMcapRecord, void> {
  if (cursor.offset === 0 && !(await opens(cursor))) return
  for (;;) {
    const frame = await nextFrame(cursor).catch((error: unknown) => {
      throw damaged(cursor.path, cursor.offset, 'a record', said(error))
    })
    if (!frame) {
      if (await endsInMagic(cursor)) throw damaged(cursor.path, cursor.offset, 'a record', 'one longer than the file')
      return
    }
    const record = guarded(cursor, () => parseFrame(frame))
    // A crash may have cut the closing magic too.
    if (frame.opcode === Opcode.FOOTER && !(await closes(cursor))) return
    yield record
    if (frame.opcode === Opcode.FOOTER) return
  }
}

/** Whether the opening magic is there; false when the file ends within it. Throws on other bytes. */
const opens = async (cursor: ByteCursor): Promise<boolean> => {
  const magic = (await cursor.take(Math.min(MAGIC.byteLength, cursor.size))) ?? new Uint8Array()
  if (isStart(magic)) return magic.byteLength === MAGIC.byteLength
  throw damaged(cursor.path, 0, 'the magic of an MCAP file', 'other bytes')
}

/** Whether the closing magic follows; false when the file ends within it. Throws on other bytes. */
const closes = async (cursor: ByteCursor): Promise<boolean> => {
  const { size, offset } = cursor
  const closing = await cursor.readAt(offset, Math.min(size - offset, MAGIC.byteLength + 1))
  if (!isStart(closing)) throw damaged(cursor.path, offset, 'the closing magic and the end of the file', 'other bytes')
  return closing.byteLength === MAGIC.byteLength && (await cursor.take(closing.byteLength)) !== undefined
}

const isStart = (bytes: Uint8Array): boolean => Buffer.compare(bytes, MAGIC.subarray(0, bytes.byteLength)) === 0

/** Bytes from which on a payload stays a view into its chunk: a small one that is kept must not keep a megabyte. */
const VIEW_BYTES = 64 * 1024

const tapeRecord = (message: McapTypes.Message, topics: ReadonlyMap<number, string>): TapeRecord => {
  const topic = topics.get(message.channelId)
  if (topic === undefined) throw new Error(`a message on channel ${message.channelId}, which no record defines`)
  return {
    topic,
    logTimeNs: message.logTime,
    publishTimeNs: message.publishTime,
    sequence: message.sequence,
    payload: message.data.byteLength >= VIEW_BYTES ? message.data : message.data.slice(),
  }
}

const guarded = <T>(cursor: ByteCursor, parse: () => T): T => {
  try {
    return parse()
  } catch (error) {
    throw damaged(cursor.path, cursor.offset, 'a whole record before it', said(error))
  }
}

const said = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const damaged = (path: string, offset: number, expected: string, found: string): OutriderError =>
  new OutriderError({
    code: 'TAPE_DAMAGED',
    expected: `${path} at byte ${offset}: ${expected}`,
    found,
    next: `outrider replay ${path} --check lists all damage`,
  })

const withoutConfig = (path: string, found: string): OutriderError =>
  new OutriderError({
    code: 'TAPE_WITHOUT_CONFIG',
    expected: `${path} to begin with /pipeline/config`,
    found,
    next: 'give a tape that Outrider recorded or imported',
  })

import { type McapTypes, Opcode } from '@mcap/core'
import { type ByteCursor, openBytes } from './byte-cursor.ts'
import { endsInMagic, MAGIC, nextFrame, parseFrame } from './records.ts'

/** A chunk that `readTape` can begin at. */
export interface ChunkPlace {
  /** Of the chunk in the file; bytes. */
  readonly offset: number
  /** Log time of its first and last message; ns since the Unix epoch. */
  readonly startNs: bigint
  readonly endNs: bigint
  /** Topics that it has messages of. */
  readonly topics: ReadonlySet<string>
  /** The topics of all channels of the tape: a chunk knows only those that it is the first to use. */
  readonly channels: ReadonlyMap<number, string>
}

/** Opcode, length, three fields, and the closing magic. */
const FOOTER_BYTES = 9 + 8 + 8 + 4 + MAGIC.byteLength

/**
 * The chunks of a closed tape, in file order, from its summary; undefined when it has none (it was never closed, or another
 * writer left the indexes out). Nothing is verified here. Throws TAPE_NOT_READ.
 */
export const readTapeIndex = async (path: string): Promise<readonly ChunkPlace[] | undefined> => {
  const cursor = await openBytes(path)
  try {
    if (cursor.size < FOOTER_BYTES + MAGIC.byteLength || !(await endsInMagic(cursor))) return undefined
    const footer = await recordAt(cursor, cursor.size - FOOTER_BYTES)
    if (footer?.type !== 'Footer' || footer.summaryStart === 0n) return undefined
    const channels = new Map<number, string>()
    const indexes: McapTypes.ChunkIndex[] = []
    const summary = await openBytes(path, Number(footer.summaryStart))
    try {
      for (
        let frame = await nextFrame(summary);
        frame && frame.opcode !== Opcode.FOOTER;
        frame = await nextFrame(summary)
      ) {
        const record = parseFrame(frame)
        if (record.type === 'Channel') channels.set(record.id, record.topic)
        if (record.type === 'ChunkIndex') indexes.push(record)
      }
    } finally {
      await summary.close()
    }
    if (indexes.length === 0 || indexes.some((index) => index.messageIndexOffsets.size === 0)) return undefined
    return indexes.map((index) => placeOf(index, channels)).sort((a, b) => a.offset - b.offset)
  } catch {
    // Damaged: `readTape` and `verifyTape` say where.
    return undefined
  } finally {
    await cursor.close()
  }
}

const recordAt = async (cursor: ByteCursor, offset: number): Promise<McapTypes.TypedMcapRecord | undefined> => {
  const bytes = await cursor.readAt(offset, FOOTER_BYTES - MAGIC.byteLength)
  return bytes[0] === Opcode.FOOTER ? parseFrame({ offset, opcode: Opcode.FOOTER, bytes }) : undefined
}

const placeOf = (index: McapTypes.ChunkIndex, channels: ReadonlyMap<number, string>): ChunkPlace => ({
  offset: Number(index.chunkStartOffset),
  startNs: index.messageStartTime,
  endNs: index.messageEndTime,
  topics: new Set([...index.messageIndexOffsets.keys()].map((id) => channels.get(id) ?? '')),
  channels,
})

import { Opcode } from '@mcap/core'
import type { ByteCursor } from './byte-cursor.ts'
import { endsInMagic } from './records.ts'
import { CHAIN_METADATA } from './tape-format.ts'

const MARK = Buffer.from(CHAIN_METADATA)
const SEARCH_BYTES = 1024 * 1024
/** Opcode, length, and a chunk's fields before its records: times, size, CRC, compression ('' or zstd), length of records. */
const LONGEST_HEAD_BYTES = 9 + 8 + 8 + 8 + 4 + (4 + 4) + 8

/**
 * A file ends within a record. Either it was never closed, and the record was being written: returns undefined. Or the
 * record's length is damaged: returns how that shows. `chainRecord` is what the chain's next record would be; absent in the summary section, which has none.
 */
export const damageAtCut = async (
  cursor: ByteCursor,
  chainRecord: Uint8Array | undefined,
): Promise<string | undefined> => {
  if (await endsInMagic(cursor)) return 'one that is longer than the closed file'
  if (!chainRecord) return undefined
  const { offset, size } = cursor
  const left = size - offset
  const start = await cursor.readAt(offset, Math.min(left, Math.max(LONGEST_HEAD_BYTES, chainRecord.byteLength)))
  if (start[0] === Opcode.METADATA) {
    const sound = left < chainRecord.byteLength && Buffer.compare(start, chainRecord.subarray(0, left)) === 0
    return sound ? undefined : 'one that is no beginning of a chain record'
  }
  if (!headAgrees(start)) return 'one that its own fields contradict'
  return (await hidesChain(cursor)) ? 'one that reaches over later records' : undefined
}

/** Whether the record's length agrees with the lengths in it, as far as they are there. */
const headAgrees = (start: Uint8Array): boolean => {
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength)
  if (start.byteLength < 9) return true
  const length = Number(view.getBigUint64(1, true))
  if (start[0] === Opcode.MESSAGE_INDEX && start.byteLength >= 15) return length === 6 + view.getUint32(11, true)
  if (start[0] !== Opcode.CHUNK || start.byteLength < LONGEST_HEAD_BYTES) return true
  const compressionBytes = view.getUint32(37, true)
  if (compressionBytes > 4) return false
  const recordsAt = 41 + compressionBytes + 8
  return length === recordsAt - 9 + Number(view.getBigUint64(recordsAt - 8, true))
}

/** Whether a chain record stands in what is left: a record that was being written has none after it. */
const hidesChain = async (cursor: ByteCursor): Promise<boolean> => {
  for (let from = cursor.offset; from < cursor.size; from += SEARCH_BYTES) {
    // Overlapping, so that a mark across the seam is seen.
    const length = Math.min(SEARCH_BYTES + MARK.byteLength, cursor.size - from)
    if (Buffer.from(await cursor.readAt(from, length)).includes(MARK)) return true
  }
  return false
}

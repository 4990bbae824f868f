import { crc32 } from 'node:zlib'
import { MCAP_MAGIC, McapStreamReader, type McapTypes, Opcode } from '@mcap/core'
import type { ByteCursor } from './byte-cursor.ts'
import { LONGEST_RECORD_BYTES } from './tape-format.ts'
import { zstdDecompress } from './zstd.ts'

/** Opcode and u64 length. */
const RECORD_HEAD_BYTES = 9
export const MAGIC: Uint8Array = Uint8Array.from(MCAP_MAGIC)

/** One MCAP record as it stands in the file. */
export interface Frame {
  /** Of its first byte (the opcode) in the file. */
  readonly offset: number
  readonly opcode: number
  /** Opcode and length included. */
  readonly bytes: Uint8Array
}

/** The next whole record, or undefined when the file ends before the record does. Throws on an impossible length. */
export const nextFrame = async (cursor: ByteCursor): Promise<Frame | undefined> => {
  const { offset } = cursor
  const head = await cursor.peek(RECORD_HEAD_BYTES)
  if (!head) return undefined
  const opcode = head[0] ?? 0
  const length = new DataView(head.buffer, head.byteOffset).getBigUint64(1, true)
  // The closing magic would read as a record; no record of a tape starts like it.
  if (opcode < Opcode.MIN || opcode > Opcode.MAX) throw new Error(`no record: opcode ${opcode}`)
  if (length > BigInt(LONGEST_RECORD_BYTES)) throw new Error(`a record of ${length} bytes`)
  const bytes = await cursor.take(RECORD_HEAD_BYTES + Number(length))
  return bytes && { offset, opcode, bytes }
}

/** Throws on a record whose fields do not fit in it. A chunk's records are a view into the frame. */
export const parseFrame = ({ bytes, opcode }: Frame): McapTypes.TypedMcapRecord => {
  if (opcode === Opcode.CHUNK) return { type: 'Chunk', ...parseChunk(bytes) }
  // One reader a record: a footer ends the library's reader.
  const reader = new McapStreamReader({ noMagicPrefix: true })
  reader.append(bytes)
  if (opcode === Opcode.FOOTER) reader.append(MAGIC)
  const record = reader.nextRecord()
  if (!record) throw new Error('a record without an end')
  return record
}

/** Without the library: its reader copies a chunk twice and then looks into it. */
const parseChunk = (bytes: Uint8Array): McapTypes.Chunk => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const compressionAt = RECORD_HEAD_BYTES + 8 + 8 + 8 + 4 + 4
  if (bytes.byteLength < compressionAt + 8) throw new Error('a chunk without an end')
  const compressionBytes = view.getUint32(compressionAt - 4, true)
  const recordsAt = compressionAt + compressionBytes + 8
  if (recordsAt > bytes.byteLength) throw new Error('a chunk without records')
  if (view.getBigUint64(recordsAt - 8, true) !== BigInt(bytes.byteLength - recordsAt)) {
    throw new Error(`a chunk of ${view.getBigUint64(recordsAt - 8, true)} bytes in ${bytes.byteLength - recordsAt}`)
  }
  return {
    messageStartTime: view.getBigUint64(RECORD_HEAD_BYTES, true),
    messageEndTime: view.getBigUint64(RECORD_HEAD_BYTES + 8, true),
    uncompressedSize: view.getBigUint64(RECORD_HEAD_BYTES + 16, true),
    uncompressedCrc: view.getUint32(RECORD_HEAD_BYTES + 24, true),
    compression: Buffer.from(bytes.subarray(compressionAt, compressionAt + compressionBytes)).toString(),
    records: bytes.subarray(recordsAt),
  }
}

/** The chunk's records, unpacked. Throws when size or CRC is not as announced. */
export const unpackChunk = (chunk: McapTypes.Chunk): Uint8Array => {
  const { compression, records, uncompressedCrc } = chunk
  if (chunk.uncompressedSize > BigInt(LONGEST_RECORD_BYTES))
    throw new Error(`a chunk of ${chunk.uncompressedSize} bytes`)
  const size = Number(chunk.uncompressedSize)
  if (compression !== '' && compression !== 'zstd') throw new Error(`compression ${JSON.stringify(compression)}`)
  const unpacked = compression === 'zstd' ? zstdDecompress(records, size) : records
  if (unpacked.byteLength !== size) throw new Error(`${unpacked.byteLength} bytes, ${size} announced`)
  const crc = crc32(unpacked)
  if (crc !== uncompressedCrc) throw new Error(`CRC ${crc32Hex(crc)}, ${crc32Hex(uncompressedCrc)} announced`)
  return unpacked
}

/** A record inside a chunk, and where it begins in the unpacked chunk. */
export interface ChunkRecord {
  readonly offset: number
  readonly record: McapTypes.TypedMcapRecord
}

/** Channel, sequence, two stamps. */
const MESSAGE_FIELD_BYTES = 2 + 4 + 8 + 8

/**
 * The records of an unpacked chunk: schemas, channels and messages, whose data are views into it. Throws on any other
 * record. Without the library, but for the rare ones: its reader copies each message twice.
 */
export function* chunkRecords(unpacked: Uint8Array): Generator<ChunkRecord, void> {
  const view = new DataView(unpacked.buffer, unpacked.byteOffset, unpacked.byteLength)
  for (let offset = 0; offset < unpacked.byteLength; ) {
    const left = unpacked.byteLength - offset - RECORD_HEAD_BYTES
    const length = left < 0 ? 0n : view.getBigUint64(offset + 1, true)
    if (left < 0 || length > BigInt(left)) throw new Error(`a record that its chunk does not hold, at ${offset} in it`)
    const opcode = view.getUint8(offset)
    const at = offset + RECORD_HEAD_BYTES
    const end = at + Number(length)
    if (opcode === Opcode.MESSAGE && length >= MESSAGE_FIELD_BYTES) {
      const message: McapTypes.Message = {
        channelId: view.getUint16(at, true),
        sequence: view.getUint32(at + 2, true),
        logTime: view.getBigUint64(at + 6, true),
        publishTime: view.getBigUint64(at + 14, true),
        data: unpacked.subarray(at + MESSAGE_FIELD_BYTES, end),
      }
      yield { offset, record: { type: 'Message', ...message } }
    } else if (opcode === Opcode.SCHEMA || opcode === Opcode.CHANNEL) {
      yield { offset, record: parseFrame({ offset, opcode, bytes: unpacked.subarray(offset, end) }) }
    } else throw new Error(`a record of opcode ${opcode} and ${length} bytes in a chunk`)
    offset = end
  }
}

export const crc32Hex = (crc: number): string => `0x${crc.toString(16).padStart(8, '0')}`

/** Whether a file of this content was closed: it ends in the magic that it starts with. */
export const endsInMagic = async (cursor: ByteCursor): Promise<boolean> =>
  cursor.size >= 2 * MAGIC.byteLength &&
  Buffer.compare(await cursor.readAt(cursor.size - MAGIC.byteLength, MAGIC.byteLength), MAGIC) === 0

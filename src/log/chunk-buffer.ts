import { McapRecordBuilder, type McapTypes, Opcode } from '@mcap/core'
import { CHUNK_BYTES } from './tape-format.ts'

/** Opcode, length, channel, sequence, two stamps. */
const MESSAGE_HEAD_BYTES = 1 + 8 + 2 + 4 + 8 + 8
/** Room beyond the size at which a chunk closes: one 1600x900 JPEG and some. */
const CAPACITY_BYTES = CHUNK_BYTES + 512 * 1024
/** Buffers that are kept for the next chunks; each chunk that waits for the disk holds one. */
const MOST_KEPT = 4

/**
 * The open chunk's records. Unlike the library's builder it hands out its own memory and takes it back when that is
 * written: fresh megabytes, ten times a second, would keep the garbage collector busy in the drive's loop.
 */
export interface ChunkBuffer {
  readonly byteLength: number
  readonly messages: number
  /** Least and greatest log time of its messages. */
  readonly messageStartTime: bigint
  readonly messageEndTime: bigint
  readonly indexes: Iterable<McapTypes.MessageIndex>
  addSchema(schema: McapTypes.Schema): void
  addChannel(channel: McapTypes.Channel): void
  addMessage(message: McapTypes.Message): void
  /** The records, and an empty chunk in their place. */
  take(): Uint8Array
  /** Gives back memory that `take` handed out; other bytes are let go. */
  recycle(bytes: Uint8Array): void
}

export const createChunkBuffer = (): ChunkBuffer => {
  const kept: Buffer[] = []
  const lent = new Map<ArrayBufferLike, Buffer>()
  const builder = new McapRecordBuilder()
  const indexes = new Map<number, McapTypes.MessageIndex>()
  let buffer: Buffer = Buffer.allocUnsafeSlow(CAPACITY_BYTES)
  let at = 0
  let messages = 0
  let messageStartTime = 0n
  let messageEndTime = 0n

  const makeRoom = (bytes: number): void => {
    if (at + bytes <= buffer.byteLength) return
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.byteLength, at + bytes))
    larger.set(buffer.subarray(0, at))
    buffer = larger
  }

  const add = (): void => {
    const bytes = builder.buffer
    builder.reset()
    makeRoom(bytes.byteLength)
    buffer.set(bytes, at)
    at += bytes.byteLength
  }

  const indexOf = (channelId: number): McapTypes.MessageIndex => {
    const index = indexes.get(channelId) ?? { channelId, records: [] }
    indexes.set(channelId, index)
    return index
  }

  return {
    addSchema: (schema) => {
      builder.writeSchema(schema)
      add()
    },
    addChannel: (channel) => {
      builder.writeChannel(channel)
      add()
    },
    addMessage: ({ channelId, sequence, logTime, publishTime, data }) => {
      const length = MESSAGE_HEAD_BYTES + data.byteLength
      makeRoom(length)
      indexOf(channelId).records.push([logTime, BigInt(at)])
      buffer.writeUInt8(Opcode.MESSAGE, at)
      buffer.writeBigUInt64LE(BigInt(length - 9), at + 1)
      buffer.writeUInt16LE(channelId, at + 9)
      buffer.writeUInt32LE(sequence, at + 11)
      buffer.writeBigUInt64LE(logTime, at + 15)
      buffer.writeBigUInt64LE(publishTime, at + 23)
      buffer.set(data, at + MESSAGE_HEAD_BYTES)
      at += length
      if (messages === 0 || logTime < messageStartTime) messageStartTime = logTime
      if (messages === 0 || logTime > messageEndTime) messageEndTime = logTime
      messages += 1
    },
    take: () => {
      const bytes = buffer.subarray(0, at)
      lent.set(buffer.buffer, buffer)
      buffer = kept.pop() ?? Buffer.allocUnsafeSlow(CAPACITY_BYTES)
      at = 0
      messages = 0
      indexes.clear()
      return bytes
    },
    recycle: ({ buffer: memory }) => {
      const ours = lent.get(memory)
      lent.delete(memory)
      // One that grew for a large message is let go.
      if (ours && ours.byteLength === CAPACITY_BYTES && kept.length < MOST_KEPT) kept.push(ours)
    },
    get byteLength() {
      return at
    },
    get messages() {
      return messages
    },
    get messageStartTime() {
      return messageStartTime
    },
    get messageEndTime() {
      return messageEndTime
    },
    get indexes() {
      return indexes.values()
    },
  }
}

import { crc32 } from 'node:zlib'
import { McapRecordBuilder, type McapTypes } from '@mcap/core'
import type { TapeRecord } from '#messages'
import { CHAIN_START, chainNext, hex } from './chain.ts'
import { type ChannelEntry, createChannelTable } from './channel-table.ts'
import { createChunkBuffer } from './chunk-buffer.ts'
import { encodeSummary } from './summary.ts'
import { CHAIN_METADATA, CHUNK_BYTES, CHUNK_SPAN_NS, isEvent } from './tape-format.ts'
import { zstdCompress } from './zstd.ts'

export interface AssemblerOptions {
  /** Goes into the file's header. */
  readonly library: string
  /** zstd for chunks without images. */
  readonly compress: boolean
}

/** Records -> the bytes of an MCAP file, block by block. Equal records give equal bytes: no clock, no randomness. */
export interface TapeAssembler {
  /** The file's first bytes; once, before all else. */
  begin(): Uint8Array
  /** Bytes that became final before this record, in order: none, or those of the chunk that was full. */
  add(record: TapeRecord): readonly Uint8Array[]
  /** The open chunk, and all that closes the file; once, after all else. */
  end(): readonly Uint8Array[]
  /** To be told of bytes that were written and are not needed any more: their memory is used again. */
  recycle(bytes: Uint8Array): void
  readonly messages: number
  readonly chunks: number
  /** Head of the hash chain over all messages added so far. */
  readonly chainHead: Uint8Array
}

/** `zstdReady` must have resolved first. */
export const createTapeAssembler = ({ library, compress }: AssemblerOptions): TapeAssembler => {
  const channels = createChannelTable()
  const chunk = createChunkBuffer()
  const block = new McapRecordBuilder()
  const chunkIndexes: McapTypes.ChunkIndex[] = []
  const metadataIndexes: McapTypes.MetadataIndex[] = []
  const counts = new Map<number, bigint>()
  let chainHead = CHAIN_START
  let messages = 0
  let startNs = 0n
  let endNs = 0n
  let position = 0
  let dataCrc = 0
  let hasImages = false

  const account = (bytes: Uint8Array): Uint8Array => {
    position += bytes.byteLength
    dataCrc = crc32(bytes, dataCrc)
    return bytes
  }

  /** Takes what `block` holds as the file's next bytes. */
  const takeBlock = (): Uint8Array => {
    const bytes = block.buffer
    block.reset()
    return account(bytes)
  }

  const closeChunk = (): readonly Uint8Array[] => {
    const { messageStartTime, messageEndTime } = chunk
    const indexes = [...chunk.indexes]
    const records = chunk.take()
    const packed = compress && !hasImages ? zstdCompress(records) : records
    const stored = packed.byteLength < records.byteLength ? packed : records
    const facts = {
      messageStartTime,
      messageEndTime,
      compression: stored === records ? '' : 'zstd',
      uncompressedSize: BigInt(records.byteLength),
    }
    const chunkStartOffset = BigInt(position)
    const head = chunkHead({ ...facts, uncompressedCrc: crc32(records) }, stored.byteLength)
    const chunkLength = BigInt(head.byteLength + stored.byteLength)
    account(head)
    account(stored)

    const messageIndexOffsets = new Map<number, bigint>()
    let messageIndexLength = 0n
    for (const index of indexes) {
      messageIndexOffsets.set(index.channelId, BigInt(position) + messageIndexLength)
      messageIndexLength += block.writeMessageIndex(index)
    }
    const compressedSize = BigInt(stored.byteLength)
    chunkIndexes.push({
      ...facts,
      chunkStartOffset,
      chunkLength,
      messageIndexOffsets,
      messageIndexLength,
      compressedSize,
    })
    const indexBytes = takeBlock()

    const offset = BigInt(position)
    const chain = chainMetadata(chunkIndexes.length, chainHead, messages, dataCrc)
    metadataIndexes.push({ offset, length: block.writeMetadata(chain), name: chain.name })
    if (stored !== records) chunk.recycle(records)
    hasImages = false
    return [head, stored, indexBytes, takeBlock()]
  }

  const append = (entry: ChannelEntry, record: TapeRecord): void => {
    const { topic, logTimeNs, publishTimeNs, sequence, payload } = record
    if (entry.newSchema) chunk.addSchema(entry.schema)
    if (entry.isNew) chunk.addChannel(entry.channel)
    const channelId = entry.channel.id
    chunk.addMessage({ channelId, sequence, logTime: logTimeNs, publishTime: publishTimeNs, data: payload })
    chainHead = chainNext(chainHead, {
      topic,
      logTimeNs,
      publishTimeNs,
      sequence,
      payload,
      schemaSha256: entry.schemaSha256,
    })
    if (messages === 0 || logTimeNs < startNs) startNs = logTimeNs
    if (messages === 0 || logTimeNs > endNs) endNs = logTimeNs
    messages += 1
    counts.set(channelId, (counts.get(channelId) ?? 0n) + 1n)
    hasImages ||= entry.isImage
  }

  return {
    begin: () => {
      block.writeMagic()
      block.writeHeader({ profile: '', library })
      return takeBlock()
    },
    add: (record) => {
      const entry = channels.find(record.topic)
      const full = chunk.byteLength >= CHUNK_BYTES || record.logTimeNs - chunk.messageStartTime >= CHUNK_SPAN_NS
      // Never between an event and its outputs: a tape that is cut must replay to the end of its last whole chunk.
      const blocks = chunk.messages > 0 && full && isEvent(record) ? closeChunk() : []
      append(entry, record)
      return blocks
    },
    end: () => {
      const last = chunk.messages > 0 ? closeChunk() : []
      const statistics: McapTypes.Statistics = {
        messageCount: BigInt(messages),
        schemaCount: channels.schemas.length,
        channelCount: channels.channels.length,
        attachmentCount: 0,
        metadataCount: metadataIndexes.length,
        chunkCount: chunkIndexes.length,
        messageStartTime: startNs,
        messageEndTime: endNs,
        channelMessageCounts: counts,
      }
      const { schemas, channels: list } = channels
      const contents = { schemas, channels: list, statistics, metadataIndexes, chunkIndexes }
      return [...last, encodeSummary(contents, BigInt(position), dataCrc)]
    },
    recycle: chunk.recycle,
    get messages() {
      return messages
    },
    get chunks() {
      return chunkIndexes.length
    },
    get chainHead() {
      return chainHead
    },
  }
}

/** A chunk record up to its records, which are written from where they are and not copied once more. */
const chunkHead = (facts: Omit<McapTypes.Chunk, 'records'>, storedBytes: number): Uint8Array => {
  const builder = new McapRecordBuilder()
  builder.writeChunk({ ...facts, records: new Uint8Array() })
  const head = builder.buffer
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength)
  // The two lengths: of the record (after opcode and itself), and of the records.
  view.setBigUint64(1, BigInt(head.byteLength - 9 + storedBytes), true)
  view.setBigUint64(head.byteLength - 8, BigInt(storedBytes), true)
  return head
}

/** What stands after the chunk of this number: the chain's head, and the CRC of all bytes before this record, for files that were never closed. */
export const chainMetadata = (
  chunks: number,
  head: Uint8Array,
  messages: number,
  crcBefore: number,
): McapTypes.Metadata => ({
  name: `${CHAIN_METADATA}${chunks}`,
  metadata: new Map([
    ['sha256', hex(head)],
    ['messages', String(messages)],
    ['crc32_before', (crcBefore >>> 0).toString(16).padStart(8, '0')],
  ]),
})

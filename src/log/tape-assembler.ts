import { crc32 } from 'node:zlib'
import { McapChunkBuilder, McapRecordBuilder, type McapTypes } from '@mcap/core'
import type { TapeRecord } from '#messages'
import { CHAIN_START, chainNext, hex } from './chain.ts'
import { type ChannelEntry, createChannelTable } from './channel-table.ts'
import { encodeSummary } from './summary.ts'
import { CHAIN_METADATA, CHUNK_BYTES, CHUNK_SPAN_NS } from './tape-format.ts'
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
  /** Bytes that became final by this record: none, or one block for each chunk that it closed. */
  add(record: TapeRecord): readonly Uint8Array[]
  /** The open chunk, and all that closes the file; once, after all else. */
  end(): Uint8Array
  readonly messages: number
  readonly chunks: number
  /** Head of the hash chain over all messages added so far. */
  readonly chainHead: Uint8Array
}

/** `zstdReady` must have resolved first. */
export const createTapeAssembler = ({ library, compress }: AssemblerOptions): TapeAssembler => {
  const channels = createChannelTable()
  const chunk = new McapChunkBuilder({ useMessageIndex: true })
  const block = new McapRecordBuilder()
  const chunkIndexes: McapTypes.ChunkIndex[] = []
  const metadataIndexes: McapTypes.MetadataIndex[] = []
  const counts = new Map<number, bigint>()
  let head = CHAIN_START
  let messages = 0
  let startNs = 0n
  let endNs = 0n
  let position = 0
  let dataCrc = 0
  let hasImages = false

  /** Takes what `block` holds as the file's next bytes. */
  const take = (): Uint8Array => {
    const bytes = block.buffer
    block.reset()
    position += bytes.byteLength
    dataCrc = crc32(bytes, dataCrc)
    return bytes
  }

  const closeChunk = (): Uint8Array => {
    const records = chunk.buffer
    const packed = compress && !hasImages ? zstdCompress(records) : records
    const stored = packed.byteLength < records.byteLength ? packed : records
    const compression = stored === records ? '' : 'zstd'
    const chunkStart = BigInt(position)
    const times = { messageStartTime: chunk.messageStartTime, messageEndTime: chunk.messageEndTime }
    const uncompressedSize = BigInt(records.byteLength)
    const chunkLength = block.writeChunk({
      ...times,
      uncompressedSize,
      uncompressedCrc: crc32(records),
      compression,
      records: stored,
    })
    const messageIndexOffsets = new Map<number, bigint>()
    let messageIndexLength = 0n
    for (const index of chunk.indices) {
      messageIndexOffsets.set(index.channelId, chunkStart + chunkLength + messageIndexLength)
      messageIndexLength += block.writeMessageIndex(index)
    }
    chunkIndexes.push({
      ...times,
      chunkStartOffset: chunkStart,
      chunkLength,
      messageIndexOffsets,
      messageIndexLength,
      compression,
      compressedSize: BigInt(stored.byteLength),
      uncompressedSize,
    })
    chunk.reset()
    hasImages = false
    const bytes = take()
    const offset = BigInt(position)
    const record = chainMetadata(chunkIndexes.length, head, messages, dataCrc)
    metadataIndexes.push({ offset, length: block.writeMetadata(record), name: record.name })
    return Buffer.concat([bytes, take()])
  }

  const append = (entry: ChannelEntry, record: TapeRecord): void => {
    const { topic, logTimeNs, publishTimeNs, sequence, payload } = record
    if (entry.newSchema) chunk.addSchema(entry.schema)
    if (entry.isNew) chunk.addChannel(entry.channel)
    const channelId = entry.channel.id
    chunk.addMessage({ channelId, sequence, logTime: logTimeNs, publishTime: publishTimeNs, data: payload })
    head = chainNext(head, { topic, logTimeNs, publishTimeNs, sequence, payload, schemaSha256: entry.schemaSha256 })
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
      return take()
    },
    add: (record) => {
      const entry = channels.find(record.topic)
      const blocks: Uint8Array[] = []
      if (chunk.numMessages > 0 && record.logTimeNs - chunk.messageStartTime >= CHUNK_SPAN_NS) blocks.push(closeChunk())
      append(entry, record)
      if (chunk.byteLength >= CHUNK_BYTES) blocks.push(closeChunk())
      return blocks
    },
    end: () => {
      const last = chunk.numMessages > 0 ? closeChunk() : new Uint8Array()
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
      return Buffer.concat([last, encodeSummary(contents, BigInt(position), dataCrc)])
    },
    get messages() {
      return messages
    },
    get chunks() {
      return chunkIndexes.length
    },
    get chainHead() {
      return head
    },
  }
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

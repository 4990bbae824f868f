import { crc32 } from 'node:zlib'
import { McapRecordBuilder, type McapTypes } from '@mcap/core'
import { hex } from './chain.ts'
import { differences } from './differences.ts'
import { crc32Hex, type Frame, parseFrame, unpackChunk } from './records.ts'
import { chainMetadata } from './tape-assembler.ts'
import { CHAIN_METADATA } from './tape-format.ts'
import { createChunkCheck, type DataFacts, type MessageOffsets, noFacts } from './verify-chunk.ts'

export type Report = (offset: number, what: string, expected: string, found: string) => void

/** What the data section holds; the indexes as they ought to be. */
export interface DataSection {
  readonly facts: DataFacts
  readonly chunkIndexes: McapTypes.ChunkIndex[]
  readonly metadataIndexes: McapTypes.MetadataIndex[]
  readonly attachmentIndexes: McapTypes.AttachmentIndex[]
  /** Messages that the last chain record vouches for. */
  chainedMessages: number
  /** False once a chunk could not be read: what depends on all messages is not known. */
  readable: boolean
  /** Whether Outrider wrote it: then no CRC may be left out, and all metadata is the chain's. */
  ours: boolean
}

export interface DataCheck {
  readonly section: DataSection
  /** The next record of the data section. True when it was the last (DataEnd). Throws on a record that is none. */
  add(frame: Frame): boolean
  /** The bytes of the chain record that would be next. */
  chainRecord(): Uint8Array
}

/** Checks a data section record by record; `magic` are the file's first bytes, which its CRC covers. */
export const createDataCheck = (magic: Uint8Array, report: Report): DataCheck => {
  const facts = noFacts()
  const section: DataSection = {
    facts,
    chunkIndexes: [],
    metadataIndexes: [],
    attachmentIndexes: [],
    chainedMessages: 0,
    readable: true,
    ours: false,
  }
  const check = createChunkCheck(facts)
  let offsets: MessageOffsets | undefined
  let crc = crc32(magic)
  let started = false
  let crcReported = false

  const chainRecord = (): McapTypes.Metadata =>
    chainMetadata(section.chunkIndexes.length, facts.chainHead, facts.messages, crc)

  const chunk = (frame: Frame, record: McapTypes.Chunk): void => {
    offsets = undefined
    section.chunkIndexes.push(chunkIndex(frame, record))
    try {
      // Later chunks need the channels and the chain of the unreadable one: of them only the CRC can be checked.
      if (section.readable) offsets = check.chunk(record)
      else unpackChunk(record)
    } catch (error) {
      section.readable = false
      report(frame.offset, 'chunk', 'size, CRC, times and records as announced', String((error as Error).message))
    }
  }

  const messageIndex = (frame: Frame, record: McapTypes.MessageIndex): void => {
    const last = section.chunkIndexes.at(-1)
    if (!last) throw new Error('a message index before the first chunk')
    last.messageIndexOffsets.set(record.channelId, BigInt(frame.offset))
    last.messageIndexLength += BigInt(frame.bytes.byteLength)
    if (!offsets) return
    const expected = { records: offsets.get(record.channelId) ?? [] }
    const difference = differences(expected, { records: record.records })
    if (difference)
      report(frame.offset, `message index of channel ${record.channelId}`, difference.expected, difference.found)
  }

  const chain = (frame: Frame, { name, metadata }: McapTypes.Metadata): void => {
    section.chainedMessages = facts.messages
    const record = chainRecord()
    const wanted = new Map(record.metadata)
    if (section.ours && name !== record.name) report(frame.offset, 'hash chain', record.name, name)
    // A tape that another tool rewrote need not know the CRC.
    if (!metadata.has('crc32_before') && metadata.size === 2) wanted.delete('crc32_before')
    // What cannot be known any more, or was reported before, is taken as it stands.
    const given = [...(section.readable ? [] : ['sha256', 'messages']), ...(crcReported ? ['crc32_before'] : [])]
    for (const key of given) {
      const value = metadata.get(key)
      if (value !== undefined) wanted.set(key, value)
    }
    const difference = differences(Object.fromEntries(wanted), Object.fromEntries(metadata))
    if (!difference) return
    crcReported ||= wanted.get('crc32_before') !== metadata.get('crc32_before')
    report(frame.offset, 'hash chain', difference.expected, difference.found)
  }

  const take = (frame: Frame, record: McapTypes.TypedMcapRecord): void => {
    const place = { offset: BigInt(frame.offset), length: BigInt(frame.bytes.byteLength) }
    if (record.type === 'Header') section.ours = record.library.startsWith('outrider ')
    else if (record.type === 'Chunk') chunk(frame, record)
    else if (record.type === 'MessageIndex') messageIndex(frame, record)
    else if (record.type === 'Metadata') {
      section.metadataIndexes.push({ ...place, name: record.name })
      if (record.name.startsWith(CHAIN_METADATA) || section.ours) chain(frame, record)
    } else if (record.type === 'Attachment') {
      const { logTime, createTime, name, mediaType, data } = record
      const dataSize = BigInt(data.byteLength)
      section.attachmentIndexes.push({ ...place, logTime, createTime, name, mediaType, dataSize })
    } else if (record.type === 'Schema' || record.type === 'Channel') check.define(record)
    else throw new Error(`${record.type} in the data section`)
  }

  return {
    section,
    chainRecord: () => {
      const builder = new McapRecordBuilder()
      builder.writeMetadata(chainRecord())
      return builder.buffer
    },
    add: (frame) => {
      const record = parseFrame(frame)
      if (started === (record.type === 'Header'))
        throw new Error(`${record.type} ${started ? 'in the middle' : 'at the start'}`)
      started = true
      if (record.type === 'DataEnd') {
        const whole = frame.bytes.byteLength === 13 && record.dataSectionCrc === crc
        // MCAP lets a writer leave it out (0).
        const leftOut = record.dataSectionCrc === 0 && !section.ours
        if (!whole && !leftOut) {
          report(frame.offset, 'data section CRC', crc32Hex(crc), crc32Hex(record.dataSectionCrc))
        }
        return true
      }
      take(frame, record)
      crc = crc32(frame.bytes, crc)
      return false
    },
  }
}

const chunkIndex = (frame: Frame, record: McapTypes.Chunk): McapTypes.ChunkIndex => ({
  messageStartTime: record.messageStartTime,
  messageEndTime: record.messageEndTime,
  chunkStartOffset: BigInt(frame.offset),
  chunkLength: BigInt(frame.bytes.byteLength),
  messageIndexOffsets: new Map(),
  messageIndexLength: 0n,
  compression: record.compression,
  compressedSize: BigInt(record.records.byteLength),
  uncompressedSize: record.uncompressedSize,
})

/** The chain's head so far, in hex. */
export const chainHeadOf = (section: DataSection): string => hex(section.facts.chainHead)

import { crc32 } from 'node:zlib'
import { type McapTypes, Opcode } from '@mcap/core'
import { differences } from './differences.ts'
import { crc32Hex, type Frame, parseFrame } from './records.ts'
import type { DataSection, Report } from './verify-data.ts'

/** Checks a summary section record by record against the data section that it sums up. */
export interface SummaryCheck {
  /** True when it was the last (the footer). Throws on a record that is none. */
  add(frame: Frame): boolean
}

export const createSummaryCheck = (section: DataSection, summaryStart: number, report: Report): SummaryCheck => {
  const { facts } = section
  const lists = {
    Schema: section.readable ? [...facts.schemas.values()] : undefined,
    Channel: section.readable ? [...facts.channels.values()] : undefined,
    Statistics: section.readable ? [statistics(section)] : undefined,
    MetadataIndex: section.metadataIndexes,
    AttachmentIndex: section.attachmentIndexes,
    ChunkIndex: section.chunkIndexes,
  }
  const seen = new Map<string, number>()
  /** Groups of equal opcodes, as summary offsets ought to name them. */
  const groups = new Map<number, McapTypes.SummaryOffset>()
  let offsetStart: number | undefined
  let crc = 0

  const listed = (frame: Frame, type: keyof typeof lists, found: McapTypes.TypedMcapRecord): void => {
    const index = seen.get(type) ?? 0
    seen.set(type, index + 1)
    const expected = lists[type]
    if (!expected) return
    const wanted = expected[index]
    const difference = wanted
      ? differences(wanted, found)
      : { expected: `${expected.length} of them`, found: `${index + 1}` }
    if (difference) report(frame.offset, `${type} ${index}`, difference.expected, difference.found)
  }

  const group = (frame: Frame): void => {
    const length = BigInt(frame.bytes.byteLength)
    const known = groups.get(frame.opcode)
    groups.set(frame.opcode, {
      groupOpcode: frame.opcode,
      groupStart: known?.groupStart ?? BigInt(frame.offset),
      groupLength: (known?.groupLength ?? 0n) + length,
    })
  }

  const footer = (frame: Frame, found: McapTypes.Footer): void => {
    const empty = frame.offset === summaryStart
    const expected = {
      summaryStart: BigInt(empty ? 0 : summaryStart),
      summaryOffsetStart: BigInt(offsetStart ?? (section.ours ? frame.offset : 0)),
      summaryCrc: crc32(frame.bytes.subarray(0, -4), crc),
    }
    const leftOut = found.summaryCrc === 0 && !section.ours
    const difference = differences(leftOut ? { ...expected, summaryCrc: 0 } : expected, found)
    if (difference) {
      report(frame.offset, 'footer', difference.expected, `${difference.found} (CRC ${crc32Hex(found.summaryCrc)})`)
    }
    for (const [type, wanted] of Object.entries(lists)) {
      const count = seen.get(type) ?? 0
      if (wanted && count < wanted.length) report(frame.offset, type, `${wanted.length} of them`, `${count}`)
    }
  }

  return {
    add: (frame) => {
      const record = parseFrame(frame)
      switch (record.type) {
        case 'Schema':
        case 'Channel':
        case 'Statistics':
        case 'MetadataIndex':
        case 'AttachmentIndex':
        case 'ChunkIndex':
          group(frame)
          listed(frame, record.type, record)
          break
        case 'SummaryOffset': {
          offsetStart ??= frame.offset
          const difference = differences(groups.get(record.groupOpcode) ?? {}, record)
          if (difference)
            report(
              frame.offset,
              `summary offset of ${Opcode[record.groupOpcode]}`,
              difference.expected,
              difference.found,
            )
          break
        }
        case 'Footer':
          footer(frame, record)
          return true
        default:
          throw new Error(`${record.type} in the summary section`)
      }
      crc = crc32(frame.bytes, crc)
      return false
    },
  }
}

const statistics = ({
  facts,
  chunkIndexes,
  metadataIndexes,
  attachmentIndexes,
}: DataSection): McapTypes.Statistics => ({
  messageCount: BigInt(facts.messages),
  schemaCount: facts.schemas.size,
  channelCount: facts.channels.size,
  attachmentCount: attachmentIndexes.length,
  metadataCount: metadataIndexes.length,
  chunkCount: chunkIndexes.length,
  messageStartTime: facts.startTime,
  messageEndTime: facts.endTime,
  channelMessageCounts: facts.counts,
})

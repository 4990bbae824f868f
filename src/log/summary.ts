import { crc32 } from 'node:zlib'
import { McapRecordBuilder, type McapTypes, Opcode } from '@mcap/core'

/** What stands between the data section and the footer. */
export interface SummaryContents {
  readonly schemas: readonly McapTypes.Schema[]
  readonly channels: readonly McapTypes.Channel[]
  readonly statistics: McapTypes.Statistics
  readonly metadataIndexes: readonly McapTypes.MetadataIndex[]
  readonly chunkIndexes: readonly McapTypes.ChunkIndex[]
}

/** DataEnd, summary section, footer and closing magic, for a data section that ends at `position` with `dataCrc`. */
export const encodeSummary = (contents: SummaryContents, position: bigint, dataCrc: number): Uint8Array => {
  const dataEnd = new McapRecordBuilder()
  dataEnd.writeDataEnd({ dataSectionCrc: dataCrc })
  const summaryStart = position + BigInt(dataEnd.length)

  const summary = new McapRecordBuilder()
  const offsets: McapTypes.SummaryOffset[] = []
  const group = (groupOpcode: Opcode, write: () => void): void => {
    const start = summary.length
    write()
    if (summary.length === start) return
    offsets.push({
      groupOpcode,
      groupStart: summaryStart + BigInt(start),
      groupLength: BigInt(summary.length - start),
    })
  }
  group(Opcode.SCHEMA, () => {
    for (const schema of contents.schemas) summary.writeSchema(schema)
  })
  group(Opcode.CHANNEL, () => {
    for (const channel of contents.channels) summary.writeChannel(channel)
  })
  group(Opcode.STATISTICS, () => {
    summary.writeStatistics(contents.statistics)
  })
  group(Opcode.METADATA_INDEX, () => {
    for (const index of contents.metadataIndexes) summary.writeMetadataIndex(index)
  })
  group(Opcode.CHUNK_INDEX, () => {
    for (const index of contents.chunkIndexes) summary.writeChunkIndex(index)
  })
  const summaryOffsetStart = summaryStart + BigInt(summary.length)
  for (const offset of offsets) summary.writeSummaryOffset(offset)

  const footer = (summaryCrc: number): Uint8Array => {
    const builder = new McapRecordBuilder()
    builder.writeFooter({ summaryStart, summaryOffsetStart, summaryCrc })
    return builder.buffer
  }
  // The CRC covers the footer up to its own four bytes.
  const covered = footer(0).subarray(0, -4)
  const magic = new McapRecordBuilder()
  magic.writeMagic()
  return Buffer.concat([dataEnd.buffer, summary.buffer, footer(crc32(covered, crc32(summary.buffer))), magic.buffer])
}

// Tapes of somebody else's for tests: the same drive as ROS 2 CDR (written by Foxglove's own writer) and as Foxglove protobuf.
import { writeFileSync } from 'node:fs'
import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf'
import { parse } from '@foxglove/rosmsg'
import { MessageWriter } from '@foxglove/rosmsg2-serialization'
import { McapWriter } from '@mcap/core'
import { encode, fileDescriptorSet } from '#messages'
import { zstdCompress, zstdReady } from '../../../../src/log/zstd.ts'
import { ros2Definition } from './ros2-definitions.ts'

/** One message before it is written. */
export interface Draft {
  readonly topic: string
  readonly schema: string
  readonly encoding: 'cdr' | 'protobuf'
  readonly logTimeNs: bigint
  readonly data: Uint8Array
  /** Of the schema record. */
  readonly definition: Uint8Array
}

const writers = new Map<string, MessageWriter>()

/** A ROS 2 message; `body` by its definition, what it leaves out is 0. */
export const ros2 = (schema: string, topic: string, logTimeNs: bigint, body: object): Draft => {
  const definition = ros2Definition(schema)
  const writer = writers.get(schema) ?? new MessageWriter(parse(definition, { ros2: true }))
  writers.set(schema, writer)
  const data = writer.writeMessage(body)
  return { topic, schema, encoding: 'cdr', logTimeNs, data, definition: Buffer.from(definition) }
}

export const foxglove = <S extends DescMessage>(
  schema: S,
  topic: string,
  logTimeNs: bigint,
  body: MessageInitShape<S>,
): Draft => ({
  topic,
  schema: schema.typeName,
  encoding: 'protobuf',
  logTimeNs,
  data: encode(schema, body),
  definition: fileDescriptorSet(schema),
})

export interface WriteOptions {
  readonly compression?: 'zstd' | ''
  /** False: no index, as of a recorder that crashed. */
  readonly closed?: boolean
  readonly chunkSize?: number
}

/** Writes the messages in the given order. */
export const writeForeignTape = async (
  path: string,
  drafts: readonly Draft[],
  { compression = 'zstd', closed = true, chunkSize = 20_000 }: WriteOptions = {},
): Promise<void> => {
  await zstdReady()
  const blocks: Uint8Array[] = []
  let position = 0n
  const writer = new McapWriter({
    writable: {
      position: () => position,
      write: async (bytes) => {
        blocks.push(Uint8Array.from(bytes))
        position += BigInt(bytes.byteLength)
      },
    },
    chunkSize,
    ...(compression === '' ? {} : { compressChunk: (bytes) => ({ compression, compressedData: zstdCompress(bytes) }) }),
  })
  await writer.start({ profile: 'ros2', library: 'somebody 1.0' })
  const schemas = new Map<string, number>()
  const channels = new Map<string, number>()
  for (const [sequence, { topic, schema, encoding, logTimeNs, data, definition }] of drafts.entries()) {
    let schemaId = schemas.get(schema)
    if (schemaId === undefined) {
      const schemaEncoding = encoding === 'cdr' ? 'ros2msg' : 'protobuf'
      schemaId = await writer.registerSchema({ name: schema, encoding: schemaEncoding, data: definition })
      schemas.set(schema, schemaId)
    }
    let channelId = channels.get(topic)
    if (channelId === undefined) {
      channelId = await writer.registerChannel({ schemaId, topic, messageEncoding: encoding, metadata: new Map() })
      channels.set(topic, channelId)
    }
    await writer.addMessage({ channelId, sequence, logTime: logTimeNs, publishTime: logTimeNs, data })
  }
  if (closed) await writer.end()
  writeFileSync(path, Buffer.concat(blocks))
}

import type { McapTypes } from '@mcap/core'
import { CHAIN_START, chainNext, schemaSha256 } from './chain.ts'
import { differences } from './differences.ts'
import { chunkRecords, unpackChunk } from './records.ts'

/** Everything that a summary may repeat, as the data section really has it. */
export interface DataFacts {
  readonly schemas: Map<number, McapTypes.Schema>
  readonly channels: Map<number, McapTypes.Channel>
  readonly counts: Map<number, bigint>
  messages: number
  startTime: bigint
  endTime: bigint
  /** Head of the chain over all messages so far. */
  chainHead: Uint8Array
}

export const noFacts = (): DataFacts => ({
  schemas: new Map(),
  channels: new Map(),
  counts: new Map(),
  messages: 0,
  startTime: 0n,
  endTime: 0n,
  chainHead: CHAIN_START,
})

/** Log time and offset in the unpacked chunk of each message, per channel, in the order of the chunk. */
export type MessageOffsets = ReadonlyMap<number, readonly [bigint, bigint][]>

export interface ChunkCheck {
  /** Reads a chunk into the facts; throws, with what is wrong, when it is not as it says. */
  chunk(chunk: McapTypes.Chunk): MessageOffsets
  /** A schema or channel, in a chunk or (by other writers) outside. */
  define(record: McapTypes.TypedMcapRecord): void
}

/** Fills `facts`, chunk after chunk. */
export const createChunkCheck = (facts: DataFacts): ChunkCheck => {
  const schemaHashes = new Map<number, Uint8Array>()

  const addSchema = (schema: McapTypes.Schema): void => {
    refuseOther('schema', facts.schemas.get(schema.id), schema)
    facts.schemas.set(schema.id, schema)
    schemaHashes.set(schema.id, schemaSha256(schema.name, schema.data))
  }

  const addChannel = (channel: McapTypes.Channel): void => {
    refuseOther('channel', facts.channels.get(channel.id), channel)
    facts.channels.set(channel.id, channel)
  }

  const addMessage = (message: McapTypes.Message): void => {
    const channel = facts.channels.get(message.channelId)
    const hash = channel && schemaHashes.get(channel.schemaId)
    if (!channel || !hash)
      throw new Error(`a message on channel ${message.channelId}, whose channel or schema is missing`)
    facts.chainHead = chainNext(facts.chainHead, {
      topic: channel.topic,
      logTimeNs: message.logTime,
      publishTimeNs: message.publishTime,
      sequence: message.sequence,
      schemaSha256: hash,
      payload: message.data,
    })
    if (facts.messages === 0 || message.logTime < facts.startTime) facts.startTime = message.logTime
    if (facts.messages === 0 || message.logTime > facts.endTime) facts.endTime = message.logTime
    facts.messages += 1
    facts.counts.set(message.channelId, (facts.counts.get(message.channelId) ?? 0n) + 1n)
  }

  const define = (record: McapTypes.TypedMcapRecord): void => {
    if (record.type === 'Schema') addSchema(record)
    if (record.type === 'Channel') addChannel(record)
  }

  const readChunk = (chunk: McapTypes.Chunk): MessageOffsets => {
    const offsets = new Map<number, [bigint, bigint][]>()
    let times: { messageStartTime: bigint; messageEndTime: bigint } | undefined
    for (const { offset, record } of chunkRecords(unpackChunk(chunk))) {
      define(record)
      if (record.type !== 'Message') continue
      addMessage(record)
      const ofChannel = offsets.get(record.channelId) ?? []
      ofChannel.push([record.logTime, BigInt(offset)])
      offsets.set(record.channelId, ofChannel)
      const { logTime } = record
      times = {
        messageStartTime: times && times.messageStartTime < logTime ? times.messageStartTime : logTime,
        messageEndTime: times && times.messageEndTime > logTime ? times.messageEndTime : logTime,
      }
    }
    const { messageStartTime, messageEndTime } = chunk
    const difference = times && differences(times, { messageStartTime, messageEndTime })
    if (difference) throw new Error(`${difference.found} announced, ${difference.expected} in it`)
    return offsets
  }

  return { chunk: readChunk, define }
}

/** A schema or channel may stand there again, but not as another one. */
const refuseOther = (what: string, known: { id: number } | undefined, found: { id: number }): void => {
  const difference = known && differences(known, found)
  if (difference) throw new Error(`${what} ${found.id} twice: ${difference.expected} and ${difference.found}`)
}

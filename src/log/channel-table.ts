import type { McapTypes } from '@mcap/core'
import { fileDescriptorSet, findTopic } from '#messages'
import { schemaSha256 } from './chain.ts'
import { IMAGE_SCHEMAS } from './tape-format.ts'

export interface ChannelEntry {
  readonly schema: McapTypes.Schema
  readonly schemaSha256: Uint8Array
  readonly channel: McapTypes.Channel
  readonly isImage: boolean
  /** Whether this is the topic's first message, and its schema's. */
  readonly isNew: boolean
  readonly newSchema: boolean
}

/** Numbers schemas (from 1) and channels (from 0) in the order of their first message. */
export interface ChannelTable {
  /** Throws on a topic that is not in the table of topics. */
  find(topic: string): ChannelEntry
  readonly schemas: readonly McapTypes.Schema[]
  readonly channels: readonly McapTypes.Channel[]
}

export const createChannelTable = (): ChannelTable => {
  const schemas: McapTypes.Schema[] = []
  const channels: McapTypes.Channel[] = []
  const entries = new Map<string, ChannelEntry>()

  const register = (name: string): ChannelEntry => {
    const topic = findTopic(name)
    if (!topic) throw new Error(`${name} is not in topics.ts, so it cannot be written`)
    let schema = schemas.find((known) => known.name === topic.schema.typeName)
    const newSchema = schema === undefined
    if (!schema) {
      const data = fileDescriptorSet(topic.schema)
      schema = { id: schemas.length + 1, name: topic.schema.typeName, encoding: 'protobuf', data }
      schemas.push(schema)
    }
    const channel: McapTypes.Channel = {
      id: channels.length,
      schemaId: schema.id,
      topic: name,
      messageEncoding: 'protobuf',
      metadata: new Map([['producer', topic.producer]]),
    }
    channels.push(channel)
    const isImage = IMAGE_SCHEMAS.has(schema.name)
    const entry = { schema, schemaSha256: schemaSha256(schema.name, schema.data), channel, isImage }
    entries.set(name, { ...entry, isNew: false, newSchema: false })
    return { ...entry, isNew: true, newSchema }
  }

  return { find: (topic) => entries.get(topic) ?? register(topic), schemas, channels }
}

import { type FileHandle, open } from 'node:fs/promises'
import lz4 from '@foxglove/wasm-lz4'
import { McapIndexedReader, type McapTypes } from '@mcap/core'
import { OutriderError } from '#errors'
import { zstdDecompress, zstdReady } from '#log'
import type { ForeignDecoder, ForeignKind, ForeignMessage } from './foreign-message.ts'
import { FOXGLOVE_MESSAGES } from './foxglove-messages.ts'
import { ROS2_KINDS, ros2Decoder } from './ros2-messages.ts'

/** One message of a foreign tape that was asked for. */
export interface ForeignEntry {
  readonly topic: string
  /** When the recorder took it; ns since the Unix epoch. */
  readonly logTimeNs: bigint
  /** The message's own stamp, or else when it was published. */
  readonly captureNs: bigint
  readonly message: ForeignMessage
}

export interface ForeignTape {
  /** Of every topic that has messages. */
  readonly topics: readonly string[]
  /** Throws IMPORT_TOPIC_MISSING, or IMPORT_TOPIC_TYPE where the topic is none of these kinds. */
  readonly expectKind: (topic: string, kinds: readonly ForeignKind[], use: string) => void
  /** In order of recording. Throws IMPORT_MESSAGE_INVALID, IMPORT_MCAP_UNREADABLE. */
  readonly read: (topics: readonly string[]) => AsyncGenerator<ForeignEntry, void>
  readonly close: () => Promise<void>
}

/** Opens any MCAP file that has an index. Throws OutriderError IMPORT_MCAP_UNREADABLE. */
export const openForeignTape = async (path: string): Promise<ForeignTape> => {
  await Promise.all([zstdReady(), lz4.isLoaded])
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause, 'name an MCAP file')
  })
  const reader = await openIndex(path, file)
  const counts = reader.statistics?.channelMessageCounts
  const channels = [...reader.channelsById.values()].filter(({ id }) => (counts?.get(id) ?? 1n) > 0n)
  const typeOf = ({ schemaId, messageEncoding }: McapTypes.Channel) => ({
    schema: reader.schemasById.get(schemaId),
    messageEncoding,
  })
  const decoders = new Map<number, ReturnType<typeof decoderOf>>()
  const decoder = (channel: McapTypes.Channel) => {
    const known = decoders.get(channel.id) ?? decoderOf(path, channel, typeOf(channel).schema)
    decoders.set(channel.id, known)
    return known
  }

  return {
    topics: [...new Set(channels.map(({ topic }) => topic))].sort(),
    expectKind: (topic, kinds, use) => {
      const ofTopic = channels.filter((channel) => channel.topic === topic)
      if (ofTopic.length === 0) {
        const all = channels.map((channel) => channel.topic).sort()
        throw new OutriderError({
          code: 'IMPORT_TOPIC_MISSING',
          expected: `messages on ${topic}, which the map names as ${use}`,
          found: all.length === 0 ? 'no message at all' : all.join(', '),
        })
      }
      for (const channel of ofTopic) {
        if (kinds.includes(decoder(channel)?.kind as ForeignKind)) continue
        const { schema, messageEncoding } = typeOf(channel)
        throw new OutriderError({
          code: 'IMPORT_TOPIC_TYPE',
          expected: `${topic}, which the map names as ${use}, to be ${namesOf(kinds).join(' or ')}`,
          found: `${schema?.name ?? 'no schema'} (${messageEncoding}${schema ? `, ${schema.encoding}` : ''})`,
        })
      }
    },
    read: async function* (topics) {
      const messages = reader.readMessages({ topics })
      for (;;) {
        const next = await messages.next().catch((cause: unknown) => {
          throw unreadable(path, cause, 'pymcap-cli recover keeps what can be read of it')
        })
        if (next.done) return
        const { channelId, logTime, publishTime, data } = next.value
        const channel = reader.channelsById.get(channelId)
        const decode = channel && decoder(channel)?.decode
        if (!decode) continue
        const message = decoded(decode, data, `${channel.topic} at ${logTime} in ${path}`)
        const captureNs = ('captureNs' in message ? message.captureNs : undefined) ?? publishTime
        yield { topic: channel.topic, logTimeNs: logTime, captureNs, message }
      }
    },
    close: () => file.close(),
  }
}

const openIndex = async (path: string, file: FileHandle): Promise<McapIndexedReader> => {
  const { size } = await file.stat()
  const readable = {
    size: async () => BigInt(size),
    read: async (offset: bigint, length: bigint) => {
      const bytes = new Uint8Array(Number(length))
      const { bytesRead } = await file.read(bytes, 0, bytes.byteLength, Number(offset))
      if (bytesRead < bytes.byteLength) throw new Error(`the file ends at ${Number(offset) + bytesRead}`)
      return bytes
    },
  }
  const decompressHandlers = {
    zstd: (bytes: Uint8Array, unpacked: bigint) => zstdDecompress(bytes, Number(unpacked)),
    lz4: (bytes: Uint8Array, unpacked: bigint) => lz4(bytes, Number(unpacked)),
  }
  try {
    const reader = await McapIndexedReader.Initialize({ readable, decompressHandlers })
    if (reader.chunkIndexes.length > 0 || reader.statistics?.messageCount === 0n) return reader
    throw new Error('no index of chunks')
  } catch (cause) {
    await file.close()
    throw unreadable(path, cause, 'pymcap-cli recover makes a file with an index of one that was cut or has none')
  }
}

const decoderOf = (path: string, channel: McapTypes.Channel, schema: McapTypes.Schema | undefined) => {
  if (!schema) return undefined
  const { name, encoding, data } = schema
  if (encoding === 'protobuf' && channel.messageEncoding === 'protobuf') {
    return Object.hasOwn(FOXGLOVE_MESSAGES, name) ? FOXGLOVE_MESSAGES[name] : undefined
  }
  if (encoding !== 'ros2msg' || channel.messageEncoding !== 'cdr') return undefined
  try {
    return ros2Decoder(name, new TextDecoder().decode(data))
  } catch (cause) {
    throw invalid(`the definition of ${name} in ${path}`, cause)
  }
}

const decoded = (decode: ForeignDecoder, data: Uint8Array, what: string): ForeignMessage => {
  try {
    return decode(data)
  } catch (cause) {
    throw invalid(what, cause)
  }
}

const namesOf = (kinds: readonly ForeignKind[]): readonly string[] => {
  const foxglove = Object.entries(FOXGLOVE_MESSAGES).map(([name, { kind }]) => ({ name, kind }))
  const ros2 = Object.entries(ROS2_KINDS).map(([name, kind]) => ({ name, kind }))
  return [...foxglove, ...ros2].flatMap(({ name, kind }) => (kinds.includes(kind) ? [name] : []))
}

const invalid = (what: string, cause: unknown): OutriderError =>
  new OutriderError({
    code: 'IMPORT_MESSAGE_INVALID',
    expected: `${what} to be what its schema says`,
    found: cause instanceof Error ? cause.message : String(cause),
    cause,
  })

const unreadable = (path: string, cause: unknown, next: string): OutriderError =>
  new OutriderError({
    code: 'IMPORT_MCAP_UNREADABLE',
    expected: `${path} to be an MCAP file with an index`,
    found: cause instanceof Error ? cause.message : String(cause),
    next,
    cause,
  })

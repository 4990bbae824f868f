import { createHash } from 'node:crypto'

/** What the chain says of one message. */
export interface ChainLink {
  readonly topic: string
  readonly logTimeNs: bigint
  readonly publishTimeNs: bigint
  readonly sequence: number
  /** 32 bytes: see `schemaSha256`. */
  readonly schemaSha256: Uint8Array
  readonly payload: Uint8Array
}

/** Head of the chain before the first message: 32 zero bytes. */
export const CHAIN_START: Uint8Array = new Uint8Array(32)

const utf8 = new TextEncoder()

/** SHA-256 of u32 length and bytes of the schema's name, then of its data (a FileDescriptorSet); little-endian. */
export const schemaSha256 = (name: string, data: Uint8Array): Uint8Array => {
  const nameBytes = utf8.encode(name)
  const lengths = new DataView(new ArrayBuffer(8))
  lengths.setUint32(0, nameBytes.byteLength, true)
  lengths.setUint32(4, data.byteLength, true)
  return createHash('sha256')
    .update(new Uint8Array(lengths.buffer, 0, 4))
    .update(nameBytes)
    .update(new Uint8Array(lengths.buffer, 4, 4))
    .update(data)
    .digest()
}

/**
 * The chain's next head, 32 bytes: SHA-256 of, little-endian, head (32) | u32 length and UTF-8 of the topic | u64 log
 * time | u64 publish time | u32 sequence | schema SHA-256 (32) | u64 length and bytes of the payload. docs/tape.md.
 */
export const chainNext = (head: Uint8Array, link: ChainLink): Uint8Array => {
  const topic = utf8.encode(link.topic)
  const prefix = new Uint8Array(32 + 4 + topic.byteLength + 8 + 8 + 4 + 32 + 8)
  const view = new DataView(prefix.buffer)
  prefix.set(head, 0)
  view.setUint32(32, topic.byteLength, true)
  prefix.set(topic, 36)
  let at = 36 + topic.byteLength
  view.setBigUint64(at, link.logTimeNs, true)
  view.setBigUint64(at + 8, link.publishTimeNs, true)
  view.setUint32(at + 16, link.sequence, true)
  at += 20
  prefix.set(link.schemaSha256, at)
  view.setBigUint64(at + 32, BigInt(link.payload.byteLength), true)
  return createHash('sha256').update(prefix).update(link.payload).digest()
}

/** 32 bytes -> 64 lower-case digits. */
export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Event } from './event.ts'

/** The head before the first event. */
export const NO_EVENTS: Uint8Array = new Uint8Array(32)

/**
 * Head of the chain after the event: SHA-256 over previous head (32 bytes), log time, publish time (8 bytes each, little
 * endian, ns), sequence (4 bytes, little endian), SHA-256 of the payload (32 bytes), topic (UTF-8, to the end).
 */
export const chainEvent = (head: Uint8Array, event: Event): Uint8Array => {
  const topic = utf8ToBytes(event.topic)
  const bytes = new Uint8Array(84 + topic.length)
  const view = new DataView(bytes.buffer)
  bytes.set(head, 0)
  view.setBigUint64(32, event.logTimeNs, true)
  view.setBigUint64(40, event.publishTimeNs, true)
  view.setUint32(48, event.sequence, true)
  bytes.set(event.payloadSha256, 52)
  bytes.set(topic, 84)
  return sha256(bytes)
}

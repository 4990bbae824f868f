import { type DescMessage, type Message, toBinary } from '@bufbuild/protobuf'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { decode } from './encode.ts'
import { nsFromTimestamp, timestampFromNs } from './time.ts'

type Stamped = Message & { captureTimeNs?: bigint; timestamp?: Timestamp }

const hasStamp = (schema: DescMessage): boolean => Boolean(schema.field.captureTimeNs ?? schema.field.timestamp)

/** The capture stamp of a sensor message; ns since the Unix epoch, 0 when it is not set. Throws on bytes that are no such message. */
export const captureStampOf = (schema: DescMessage, payload: Uint8Array): bigint => {
  if (!hasStamp(schema)) throw new Error(`${schema.typeName} has neither capture_time_ns nor timestamp`)
  const message: Stamped = decode(schema, payload)
  return schema.field.captureTimeNs ? (message.captureTimeNs ?? 0n) : nsFromTimestamp(message.timestamp)
}

/** The same sensor message with another capture stamp (ns since the Unix epoch); fields that we do not know are kept. */
export const restamp = (schema: DescMessage, payload: Uint8Array, stampNs: bigint): Uint8Array => {
  if (!hasStamp(schema)) throw new Error(`${schema.typeName} has neither capture_time_ns nor timestamp`)
  const message: Stamped = decode(schema, payload)
  if (schema.field.captureTimeNs) message.captureTimeNs = stampNs
  else message.timestamp = timestampFromNs(stampNs)
  return toBinary(schema, message)
}

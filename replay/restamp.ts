import { type DescMessage, type Message, toBinary } from '@bufbuild/protobuf'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { decode, timestampFromNs } from '#messages'

type Stamped = Message & { captureTimeNs?: bigint; timestamp?: Timestamp }

/** The same sensor message with another capture stamp (ns since the Unix epoch); fields that we do not know are kept. */
export const restamp = (schema: DescMessage, payload: Uint8Array, stampNs: bigint): Uint8Array => {
  const message: Stamped = decode(schema, payload)
  if (schema.field.captureTimeNs) message.captureTimeNs = stampNs
  else if (schema.field.timestamp) message.timestamp = timestampFromNs(stampNs)
  else throw new Error(`${schema.typeName} has neither capture_time_ns nor timestamp`)
  return toBinary(schema, message)
}

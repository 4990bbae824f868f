import { create } from '@bufbuild/protobuf'
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt'

const NS_PER_S = 1_000_000_000n

/** ns since the Unix epoch -> protobuf Timestamp. */
export const timestampFromNs = (ns: bigint): Timestamp => {
  const nanos = ((ns % NS_PER_S) + NS_PER_S) % NS_PER_S
  return create(TimestampSchema, { seconds: (ns - nanos) / NS_PER_S, nanos: Number(nanos) })
}

/** protobuf Timestamp -> ns since the Unix epoch; an absent one is 0. */
export const nsFromTimestamp = (timestamp: Timestamp | undefined): bigint =>
  timestamp ? timestamp.seconds * NS_PER_S + BigInt(timestamp.nanos) : 0n

/** A difference of two stamps in seconds, exact to the ns for spans under 100 days. */
export const secondsBetween = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / 1e9

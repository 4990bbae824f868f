import type { TapeRecord } from '#messages'

/** The last snapshot at or before `atNs` (log time; ns since the Unix epoch); undefined when there is none. Reads no further than that. */
export const lastSnapshot = async (
  records: AsyncIterable<TapeRecord>,
  atNs: bigint,
): Promise<TapeRecord | undefined> => {
  let found: TapeRecord | undefined
  for await (const record of records) {
    if (record.logTimeNs > atNs) break
    if (record.topic === '/pipeline/snapshot') found = record
  }
  return found
}

import type { TapeRecord } from '#messages'
import type { FieldDifference } from './field-differences.ts'
import type { Run } from './runs.ts'

const samePayload = (a: TapeRecord, b: TapeRecord): boolean => Buffer.compare(a.payload, b.payload) === 0

/** Whether two messages differ in nothing but where and when they stand. */
export const sameButMoved = (a: TapeRecord, b: TapeRecord): boolean =>
  a.topic === b.topic && a.sequence === b.sequence && samePayload(a, b)

/** The first way in which two messages of one event and topic differ; undefined when they do not. */
export const kindOf = (recorded: TapeRecord, recomputed: TapeRecord): 'times' | 'sequence' | 'payload' | undefined => {
  if (recorded.publishTimeNs !== recomputed.publishTimeNs) return 'times'
  if (recorded.sequence !== recomputed.sequence) return 'sequence'
  return samePayload(recorded, recomputed) ? undefined : 'payload'
}

/** Stamps that differ, by their MCAP names. */
export const stampDifferences = (recorded: TapeRecord, recomputed: TapeRecord): FieldDifference[] =>
  (
    [
      ['log_time', recorded.logTimeNs, recomputed.logTimeNs],
      ['publish_time', recorded.publishTimeNs, recomputed.publishTimeNs],
      ['sequence', recorded.sequence, recomputed.sequence],
    ] as const
  )
    .filter(([, was, is]) => was !== is)
    .map(([field, was, is]) => ({ field, recorded: String(was), recomputed: String(is) }))

/** Whether two messages of one topic may be the same one, from surely to hardly. */
const LIKENESS: readonly ((a: TapeRecord, b: TapeRecord) => boolean)[] = [
  (a, b) => kindOf(a, b) === undefined,
  (a, b) => a.sequence === b.sequence,
  () => true,
]

/** Index in `recorded` -> index in `recomputed` of what is the same message, as far as that can be said. */
export const pairUp = (recorded: Run, recomputed: Run): Map<number, number> => {
  const pairs = new Map<number, number>()
  const taken = new Set<number>()
  for (const alike of LIKENESS) {
    for (const [index, record] of recorded.entries()) {
      if (pairs.has(index)) continue
      const partner = recomputed.findIndex(
        (other, at) => !taken.has(at) && other.topic === record.topic && alike(record, other),
      )
      if (partner < 0) continue
      pairs.set(index, partner)
      taken.add(partner)
    }
  }
  return pairs
}

import type { TapeRecord } from '#messages'

/** A message that has its time but not yet its place on the tape. */
export interface TimedPayload {
  readonly topic: string
  /** Capture; ns since the Unix epoch. */
  readonly timeNs: bigint
  /** Called once, when it is its turn. */
  readonly payload: () => Promise<Uint8Array>
}

/** One whose bytes are there already. `timeNs`: ns since the Unix epoch. */
export const readyPayload = (topic: string, timeNs: bigint, payload: Uint8Array): TimedPayload => ({
  topic,
  timeNs,
  payload: async () => payload,
})

/**
 * In order of time (of equal times as given), numbered per topic. Nobody knows when a foreign drive's messages arrived,
 * so each counts as admitted at its capture, or 1 ns after the one before where two are equal.
 */
export async function* orderRecords(messages: readonly TimedPayload[]): AsyncGenerator<TapeRecord, void> {
  const sequences = new Map<string, number>()
  let lastNs = -1n
  for (const { topic, timeNs, payload } of inOrder(messages)) {
    const sequence = sequences.get(topic) ?? 0
    sequences.set(topic, sequence + 1)
    lastNs = timeNs > lastNs ? timeNs : lastNs + 1n
    yield { topic, logTimeNs: lastNs, publishTimeNs: timeNs, sequence, payload: await payload() }
  }
}

const inOrder = (messages: readonly TimedPayload[]): readonly TimedPayload[] =>
  messages.toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))

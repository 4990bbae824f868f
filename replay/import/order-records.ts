import type { TapeRecord } from '#messages'

/** A message that has its time but not yet its place on the tape. */
export interface TimedPayload {
  readonly topic: string
  /** Capture; ns since the Unix epoch. */
  readonly timeNs: bigint
  /** Arrival at the recorder, where that is known; ns since the Unix epoch. */
  readonly arrivalNs?: bigint
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
 * In order of arrival (of equal times as given), numbered per topic. Where nobody knows when a foreign drive's message
 * arrived, it counts as admitted at its capture; 1 ns after the one before where two are equal.
 */
export async function* orderRecords(messages: readonly TimedPayload[]): AsyncGenerator<TapeRecord, void> {
  const sequences = new Map<string, number>()
  let lastNs = -1n
  for (const { topic, timeNs, arrivalNs = timeNs, payload } of inOrder(messages)) {
    const sequence = sequences.get(topic) ?? 0
    sequences.set(topic, sequence + 1)
    lastNs = arrivalNs > lastNs ? arrivalNs : lastNs + 1n
    yield { topic, logTimeNs: lastNs, publishTimeNs: timeNs, sequence, payload: await payload() }
  }
}

const inOrder = (messages: readonly TimedPayload[]): readonly TimedPayload[] =>
  messages.toSorted((a, b) => {
    const [first, second] = [a.arrivalNs ?? a.timeNs, b.arrivalNs ?? b.timeNs]
    return first < second ? -1 : first > second ? 1 : 0
  })

import { encode, WireHeaderSchema } from '#messages'

/** What knows the time: ns since the Unix epoch. */
export interface WireClock {
  nowNs(): bigint
}

/** Makes the parts of messages, [topic, outrider.WireHeader, payload], counting each topic from 0. */
export const createWireMessages = (
  clock: WireClock,
): ((topic: string, payload: Uint8Array) => [string, Uint8Array, Uint8Array]) => {
  const sequences = new Map<string, bigint>()
  return (topic, payload) => {
    const sequence = sequences.get(topic) ?? 0n
    sequences.set(topic, sequence + 1n)
    return [topic, encode(WireHeaderSchema, { sequence, sentTimeNs: clock.nowNs() }), payload]
  }
}

/** What the sender's count says: how many messages before this one never came, or that the sender began anew. */
export type SequenceFinding =
  | { readonly kind: 'lost'; readonly lost: bigint; readonly message: string }
  | { readonly kind: 'restarted'; readonly message: string }

/**
 * Follows the sequence of each topic. The first that is seen is believed, whatever it is: a sender may have run before
 * us. Any step back is a restarted sender, since one that restarts may lose its first messages before it is connected.
 */
export const createSequenceWatch = (): ((topic: string, sequence: bigint) => SequenceFinding | undefined) => {
  const expected = new Map<string, bigint>()
  return (topic, sequence) => {
    const next = expected.get(topic)
    expected.set(topic, sequence + 1n)
    if (next === undefined || sequence === next) return undefined
    const message = `expected sequence ${next}; found ${sequence}`
    return sequence > next ? { kind: 'lost', lost: sequence - next, message } : { kind: 'restarted', message }
  }
}

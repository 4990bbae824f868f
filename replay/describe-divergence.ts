import type { Divergence } from './compare.ts'

const WORDS: Readonly<Record<Divergence['kind'], string>> = {
  missing: 'is on the tape and was not recomputed',
  unexpected: 'was recomputed and is not on the tape',
  times: 'came out with another time',
  sequence: 'came out with another sequence number',
  payload: 'came out with another payload',
  order: 'came out in another order',
  refused: 'is an event that step does not take',
}

/** For people: one line for the message, one for each field that differs. */
export const describeDivergence = ({ kind, topic, logTimeNs, sequence, differences }: Divergence): string => {
  const seconds = `${logTimeNs / 1_000_000_000n}.${String(logTimeNs % 1_000_000_000n).padStart(9, '0')}`
  const fields = differences.map(
    ({ field, recorded, recomputed }) => `  ${field}: ${recorded} recorded, ${recomputed} recomputed`,
  )
  return [`${topic} #${sequence} at ${seconds} s ${WORDS[kind]}`, ...fields].join('\n')
}

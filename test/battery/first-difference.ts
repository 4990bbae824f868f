// The oracle for where a changed tape diverges: a plain walk through two lists, with nothing of replay's own comparison.
import { createHash } from 'node:crypto'
import type { TapeRecord } from '#messages'
import { initialState, step } from '#pipeline'
import { isEvent, isOutput } from './mutations/mutation.ts'

/** Either side of the first place where the tape's outputs and step's are not equal; an event when step does not take it. */
export interface FirstDifference {
  readonly recorded: TapeRecord | undefined
  readonly recomputed: TapeRecord | undefined
  readonly refused: TapeRecord | undefined
}

const equal = (a: TapeRecord, b: TapeRecord): boolean =>
  a.topic === b.topic &&
  a.logTimeNs === b.logTimeNs &&
  a.publishTimeNs === b.publishTimeNs &&
  a.sequence === b.sequence &&
  Buffer.compare(a.payload, b.payload) === 0

export const firstDifference = (records: readonly TapeRecord[]): FirstDifference | undefined => {
  const { made, refused } = stepAll(records.filter(isEvent))
  const recorded = records.filter(isOutput)
  const at = recorded.findIndex((record, index) => !made[index] || !equal(record, made[index]))
  const place = at < 0 ? recorded.length : at
  if (at < 0 && made.length <= recorded.length && !refused) return undefined
  // Nothing was made after a refusal: all before it being equal, that is the first difference.
  const beforeRefusal = refused === undefined || place < made.length
  return beforeRefusal
    ? { recorded: recorded[place], recomputed: made[place], refused: undefined }
    : { recorded: undefined, recomputed: undefined, refused }
}

const stepAll = (events: readonly TapeRecord[]): { made: TapeRecord[]; refused: TapeRecord | undefined } => {
  let state = initialState
  const made: TapeRecord[] = []
  for (const event of events) {
    const payloadSha256 = createHash('sha256').update(event.payload).digest()
    try {
      const result = step(state, { ...event, payloadSha256 }, () => {})
      state = result.state
      made.push(...result.outputs.map((output) => ({ ...output, logTimeNs: event.logTimeNs })))
    } catch {
      return { made, refused: event }
    }
  }
  return { made, refused: undefined }
}

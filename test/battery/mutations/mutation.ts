import { findTopic, type TapeRecord } from '#messages'
import type { Random } from '../random.ts'

/** A tape with something changed, to be written anew with every CRC and the chain valid again. */
export interface Mutated {
  readonly records: readonly TapeRecord[]
  /** What was changed, for the report. */
  readonly what: string
  /** The output that was changed, as the tape has it now, or had it: the first divergence is exactly there. Absent when an event was. */
  readonly output?: TapeRecord
}

/** Undefined when the tape has nothing that it could change. */
export type Mutation = (records: readonly TapeRecord[], random: Random) => Mutated | undefined

export type Mutations = Readonly<Record<string, Mutation>>

export const isEvent = ({ topic }: TapeRecord): boolean => findTopic(topic)?.producer === 'outside'
export const isOutput = ({ topic }: TapeRecord): boolean => findTopic(topic)?.producer === 'step'

/** One index of a record that fits, undefined when none does. */
export const indexOf = (
  records: readonly TapeRecord[],
  random: Random,
  fits: (record: TapeRecord, index: number) => boolean,
): number | undefined => {
  const fitting = records.flatMap((record, index) => (fits(record, index) ? [index] : []))
  return fitting.length === 0 ? undefined : random.pick(fitting)
}

/** The records with those from `at` on, `count` of them, replaced. */
export const spliced = (
  records: readonly TapeRecord[],
  at: number,
  count: number,
  ...others: readonly TapeRecord[]
): readonly TapeRecord[] => [...records.slice(0, at), ...others, ...records.slice(at + count)]

export const nameOf = ({ topic, sequence }: TapeRecord): string => `${topic} #${sequence}`

/** One record that fits, changed. */
export const edit =
  (fits: (record: TapeRecord) => boolean, change: (record: TapeRecord, random: Random) => TapeRecord): Mutation =>
  (records, random) => {
    const at = indexOf(records, random, fits)
    const record = at === undefined ? undefined : records[at]
    if (at === undefined || !record) return undefined
    const edited = change(record, random)
    const output = isOutput(record) ? { output: edited } : {}
    return { records: spliced(records, at, 1, edited), what: nameOf(record), ...output }
  }

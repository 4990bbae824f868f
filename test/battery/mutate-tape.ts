import { readFile, writeFile } from 'node:fs/promises'
import { openTape, readTape } from '#log'
import type { TapeRecord } from '#messages'
import { firstDifference } from './first-difference.ts'
import { BYTE_MUTATIONS } from './mutations/bytes.ts'
import { CONFIG_MUTATIONS } from './mutations/config.ts'
import { EVENT_MUTATIONS } from './mutations/events.ts'
import type { Mutations } from './mutations/mutation.ts'
import { OUTPUT_MUTATIONS } from './mutations/outputs.ts'
import type { Random } from './random.ts'

/** A changed tape, and what a check of it has to say. */
export interface MutatedTape {
  readonly mutation: string
  readonly what: string
  readonly expected: 'damaged' | 'diverged'
  /** Messages of which one has to be named first: both sides of the first difference. Empty for damage. */
  readonly rightNames: readonly Pick<TapeRecord, 'topic' | 'sequence' | 'logTimeNs'>[]
}

const RECORD_MUTATIONS: Mutations = { ...CONFIG_MUTATIONS, ...EVENT_MUTATIONS, ...OUTPUT_MUTATIONS }

/** All kinds, those of bytes spread among those of records: the first so many are a fair part. */
export const MUTATION_NAMES: readonly string[] = (() => {
  const bytes = Object.keys(BYTE_MUTATIONS)
  return Object.keys(RECORD_MUTATIONS).flatMap((name, index) =>
    index % 2 === 0 ? [name, bytes[(index / 2) % bytes.length]!] : [name],
  )
})()

/** Writes a changed copy of a tape; undefined when the tape has nothing that the mutation could change. */
export const mutateTape = async (
  mutation: string,
  from: string,
  to: string,
  random: Random,
): Promise<MutatedTape | undefined> => {
  const ofBytes = BYTE_MUTATIONS[mutation]
  if (ofBytes) {
    await writeFile(to, ofBytes(await readFile(from), random))
    return { mutation, what: 'the file', expected: 'damaged', rightNames: [] }
  }
  const records: TapeRecord[] = []
  for await (const record of readTape(from)) records.push(record)
  const mutated = RECORD_MUTATIONS[mutation]?.(records, random)
  if (!mutated) return undefined
  const tape = await openTape(to)
  for (const record of mutated.records) tape.write(record)
  await tape.close()
  const difference = firstDifference(mutated.records)
  if (!difference) throw new Error(`${mutation} of ${mutated.what} changed nothing`)
  const { recorded, recomputed, refused } = difference
  // An output that was changed is known by itself; after a changed event both sides of the walk have a name.
  const rightNames = [mutated.output, recorded, recomputed, refused].filter((record) => record !== undefined)
  return {
    mutation,
    what: mutated.what,
    expected: 'diverged',
    rightNames: mutated.output ? rightNames.slice(0, 1) : rightNames,
  }
}

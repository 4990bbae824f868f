import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { judgeMutation } from './judge-mutation.ts'
import { MUTATION_NAMES, type MutatedTape, mutateTape } from './mutate-tape.ts'
import { createRandom } from './random.ts'
import { replayTape } from './replay-tape.ts'
import type { MutationResult } from './results.ts'

/** Tapes that are tried until one has what the mutation changes: not every drive had every kind of message. */
const TRIES = 20

/** Changes the tape of one of the drives, and checks it as a person would at the command line. */
export const checkMutation = async (
  seed: number,
  number: number,
  tapes: readonly string[],
  folder: string,
): Promise<MutationResult> => {
  const random = createRandom(seed * 15_485_863 + number)
  const mutation = MUTATION_NAMES[number % MUTATION_NAMES.length]!
  const changed = join(folder, `mutation-${number}.mcap`)
  let mutated: MutatedTape | undefined
  for (let tries = 0; !mutated && tries < TRIES; tries += 1) {
    mutated = await mutateTape(mutation, random.pick(tapes), changed, random)
  }
  const head = { kind: 'mutation', number, mutation } as const
  if (!mutated) {
    const failures = ['no tape has anything that it could change']
    return { ...head, what: '', expected: 'diverged', found: '', first: '', failures }
  }
  const { code, result, first } = await replayTape(changed, [])
  const named = first && { ...first, logTimeNs: BigInt(first.logTimeNs) }
  const failures = [
    ...judgeMutation(mutated, { result, first: named }),
    ...(code === 1 ? [] : [`expected exit code 1, found ${code}`]),
  ]
  if (failures.length === 0) await rm(changed)
  const { what, expected } = mutated
  return { ...head, what, expected, found: result, first: named ? `${named.topic} #${named.sequence}` : '', failures }
}

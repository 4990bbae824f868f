import type { Sampling } from '../question.ts'
import { uniform } from './random.ts'

/** Bit i % 32 of word i / 32: token i may come next. */
export type TokenMask = Int32Array

/** Ids of the tokens in the mask, ascending. */
export const allowedTokens = (mask: TokenMask): number[] => {
  const ids: number[] = []
  for (let word = 0; word < mask.length; word++) {
    for (let bits = mask[word]!; bits !== 0; bits &= bits - 1) ids.push(word * 32 + 31 - Math.clz32(bits & -bits))
  }
  return ids
}

/**
 * The next token. Greedy at temperature 0; else, in transformers' order, temperature, top k, top p and one draw, which
 * `seed` and `step` alone decide. Equal logits are ranked by id.
 */
export const sampleToken = (
  logits: Float32Array,
  mask: TokenMask | undefined,
  { temperature, topK, topP, seed }: Sampling,
  step: number,
): number => {
  const ids = mask ? allowedTokens(mask) : undefined
  const count = ids?.length ?? logits.length
  const idOf = (index: number): number => ids?.[index] ?? index
  if (count === 0) throw new Error('no token may come next')
  let best = idOf(0)
  for (let i = 1; i < count; i++) if (logits[idOf(i)]! > logits[best]!) best = idOf(i)
  if (temperature === 0) return best

  let candidates: Candidate[] = []
  for (let i = 0; i < count; i++) {
    const weight = Math.exp((logits[idOf(i)]! - logits[best]!) / temperature)
    // Too unlikely for a number: never drawn.
    if (weight > 0) candidates.push({ id: idOf(i), weight })
  }
  if (topK > 0 && topK < candidates.length) candidates = likeliest(candidates, topK)
  if (topP < 1) candidates = nucleus(candidates, topP)
  return draw(candidates, uniform(seed, step))
}

interface Candidate {
  readonly id: number
  readonly weight: number
}

const byRank = (a: Candidate, b: Candidate): number => b.weight - a.weight || a.id - b.id

const massOf = (candidates: readonly Candidate[]): number => {
  let mass = 0
  for (const { weight } of candidates) mass += weight
  return mass
}

/** The first k by rank: those above the k-th weight, and the first of those that equal it. */
const likeliest = (candidates: readonly Candidate[], k: number): Candidate[] => {
  const weights = Float64Array.from(candidates, ({ weight }) => weight).sort()
  const least = weights[weights.length - k]!
  return candidates
    .filter(({ weight }) => weight >= least)
    .sort(byRank)
    .slice(0, k)
}

/** The fewest of the likeliest whose mass reaches `topP` of all. */
const nucleus = (candidates: readonly Candidate[], topP: number): Candidate[] => {
  const total = massOf(candidates)
  // What is left out here adds up to less than 1 - topP: outside the nucleus in any order, and most of a vocabulary.
  const floor = ((1 - topP) * total) / candidates.length
  const ranked = candidates.filter(({ weight }) => weight >= floor).sort(byRank)
  let mass = 0
  const end = ranked.findIndex(({ weight }) => {
    mass += weight
    return mass >= topP * total
  })
  return end < 0 ? ranked : ranked.slice(0, end + 1)
}

const draw = (candidates: readonly Candidate[], at: number): number => {
  let left = at * massOf(candidates)
  for (const { id, weight } of candidates) {
    left -= weight
    if (left < 0) return id
  }
  return candidates.at(-1)!.id
}

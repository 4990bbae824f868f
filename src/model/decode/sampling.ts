import type { Sampling } from '../question.ts'
import { uniform } from './random.ts'

/** Bit i % 32 of word i / 32: token i may come next. */
export type TokenMask = Int32Array

export const isAllowed = (mask: TokenMask, tokenId: number): boolean =>
  ((mask[tokenId >> 5]! >>> (tokenId & 31)) & 1) === 1

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
  if (temperature === 0) return likeliest(logits, mask)
  const best = logits[likeliest(logits, mask)]!
  let total = 0
  let allowed = 0
  const weights = new Float64Array(logits.length)
  for (let id = 0; id < logits.length; id++) {
    if (mask && !isAllowed(mask, id)) continue
    weights[id] = Math.exp((logits[id]! - best) / temperature)
    total += weights[id]!
    allowed++
  }
  // What is left out here adds up to less than 1 - topP of all: it is outside the nucleus in any order.
  const floor = topK === 0 ? ((1 - topP) * total) / allowed : 0
  let candidates: number[] = []
  for (let id = 0; id < weights.length; id++) if (weights[id]! > floor) candidates.push(id)
  candidates.sort((a, b) => weights[b]! - weights[a]! || a - b)
  if (topK > 0) candidates = candidates.slice(0, topK)
  return draw(nucleus(candidates, weights, topP), weights, uniform(seed, step))
}

const likeliest = (logits: Float32Array, mask: TokenMask | undefined): number => {
  let best = -1
  for (let id = 0; id < logits.length; id++) {
    if (mask && !isAllowed(mask, id)) continue
    if (best < 0 || logits[id]! > logits[best]!) best = id
  }
  if (best < 0) throw new Error('no token may come next')
  return best
}

/** The fewest of the likeliest whose mass reaches `topP`. */
const nucleus = (candidates: readonly number[], weights: Float64Array, topP: number): readonly number[] => {
  const total = candidates.reduce((sum, id) => sum + weights[id]!, 0)
  let mass = 0
  for (const [index, id] of candidates.entries()) {
    mass += weights[id]!
    if (mass >= topP * total) return candidates.slice(0, index + 1)
  }
  return candidates
}

const draw = (candidates: readonly number[], weights: Float64Array, at: number): number => {
  let left = at * candidates.reduce((sum, id) => sum + weights[id]!, 0)
  for (const id of candidates) {
    left -= weights[id]!
    if (left < 0) return id
  }
  return candidates.at(-1)!
}

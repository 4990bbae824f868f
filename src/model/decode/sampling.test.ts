import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Sampling } from '../question.ts'
import { uniform } from './random.ts'
import { allowedTokens, sampleToken } from './sampling.ts'

const logitsOf = (...probabilities: readonly number[]): Float32Array => Float32Array.from(probabilities, Math.log)
const maskOf = (size: number, ids: readonly number[]): Int32Array => {
  const mask = new Int32Array(Math.ceil(size / 32))
  for (const id of ids) mask[id >> 5]! |= 1 << (id & 31)
  return mask
}

/** How often each token comes in many draws. */
const shares = (logits: Float32Array, sampling: Partial<Sampling>, mask?: Int32Array): number[] => {
  const draws = 4000
  const counts = new Array<number>(logits.length).fill(0)
  for (let step = 0; step < draws; step++) {
    counts[sampleToken(logits, mask, { temperature: 1, topK: 0, topP: 1, seed: 9n, ...sampling }, step)]!++
  }
  return counts.map((count) => count / draws)
}

const close = (found: readonly number[], expected: readonly number[]): void => {
  for (const [i, share] of expected.entries()) expect(Math.abs(found[i]! - share), `token ${i}`).toBeLessThan(0.03)
}

test('greedy takes the likeliest allowed token, and the first of equal ones', () => {
  const greedy: Sampling = { temperature: 0, topK: 1, topP: 0.1, seed: 0n }
  expect(sampleToken(Float32Array.of(1, 5, 5, 2), undefined, greedy, 0)).toBe(1)
  expect(sampleToken(Float32Array.of(1, 5, 5, 2), maskOf(4, [0, 2, 3]), greedy, 0)).toBe(2)
  expect(sampleToken(Float32Array.of(-5, 9), maskOf(2, [0]), greedy, 0)).toBe(0)
})

test.each<[string, Partial<Sampling>, number[] | undefined, number[]]>([
  ['draws follow the probabilities', {}, undefined, [0.1, 0.5, 0.15, 0.25]],
  ['a temperature of one half squares them', { temperature: 0.5 }, undefined, [0.029, 0.725, 0.065, 0.181]],
  ['top k keeps the k likeliest', { topK: 2 }, undefined, [0, 2 / 3, 0, 1 / 3]],
  ['top p keeps the fewest that reach the mass', { topP: 0.75 }, undefined, [0, 2 / 3, 0, 1 / 3]],
  ['top p counts within top k', { topK: 2, topP: 0.66 }, undefined, [0, 1, 0, 0]],
  ['the mask comes first', {}, [0, 2], [0.4, 0, 0.6, 0]],
])('%s', (_name, sampling, allowed, expected) => {
  close(shares(logitsOf(0.1, 0.5, 0.15, 0.25), sampling, allowed && maskOf(4, allowed)), expected)
})

test('top p alone is what sorting the whole vocabulary gives', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 60 }),
      fc.double({ min: 0.01, max: 0.999, noNaN: true }),
      fc.nat(),
      (values, topP, step) => {
        const logits = Float32Array.from(values)
        const weights = [...logits.keys()].map((id) => ({ id, weight: Math.exp(logits[id]! - Math.max(...logits)) }))
        const ranked = weights.toSorted((a, b) => b.weight - a.weight || a.id - b.id)
        const total = weights.reduce((sum, { weight }) => sum + weight, 0)
        let mass = 0
        const kept = ranked.filter(({ weight }) => {
          const before = mass
          mass += weight
          return before < topP * total
        })
        const id = sampleToken(logits, undefined, { temperature: 1, topK: 0, topP, seed: 4n }, step)
        expect(kept.map((token) => token.id)).toContain(id)
      },
    ),
  )
})

test('nothing allowed is a bug of the caller', () => {
  expect(() =>
    sampleToken(Float32Array.of(1), maskOf(1, []), { temperature: 0, topK: 0, topP: 1, seed: 0n }, 0),
  ).toThrow()
})

test('a mask lists its tokens in order, the highest bit of a word too', () => {
  expect(allowedTokens(maskOf(100, [0, 31, 32, 63, 99]))).toEqual([0, 31, 32, 63, 99])
})

test('draws are even, and another seed or step is another draw', () => {
  const draws = Array.from({ length: 5000 }, (_, step) => uniform(1n, step))
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.02)
  expect(Math.min(...draws)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...draws)).toBeLessThan(1)
  expect(uniform(2n, 0)).not.toBe(uniform(1n, 0))
  // splitmix64 with seed 1 starts with 0x910a2dec89025cc1 (reference implementation by Vigna).
  expect(uniform(1n, 0)).toBe(Number(0x910a2dec89025cc1n >> 11n) / 2 ** 53)
})

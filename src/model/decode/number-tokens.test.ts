import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import { medianNumber } from './number-tokens.ts'

const HUNDREDTHS = Array.from({ length: 100 }, (_, value) => `.${String(value).padStart(2, '0')}`)
const WHOLE = Array.from({ length: 40 }, (_, value) => String(value))

const speaking = (texts: readonly string[]): Tokenizer => ({
  encode: () => [],
  bytes: (id) => Buffer.from(texts[id] ?? ''),
  isAdded: () => false,
  size: texts.length,
  specialTokens: {},
})

// Not in their order, so that ids say nothing of values.
const TEXTS = ['-', ',', '"', ...WHOLE.toReversed(), 'stop', ...HUNDREDTHS.toReversed()]
const tokenizer = speaking(TEXTS)
const idOf = (text: string): number => TEXTS.indexOf(text)

/** Logits that give these tokens these shares, and others next to nothing. */
const giving = (shares: Readonly<Record<string, number>>): Float32Array =>
  Float32Array.from(TEXTS, (text) => Math.log(shares[text] ?? 1e-12))

const likeliestOf = (shares: Readonly<Record<string, number>>): number =>
  idOf(Object.entries(shares).reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0])

const chosen = (text: string, shares: Readonly<Record<string, number>>, only?: readonly string[]): string => {
  const mask = only && new Int32Array(Math.ceil(TEXTS.length / 32))
  for (const allowed of only ?? []) mask![idOf(allowed) >> 5]! |= 1 << (idOf(allowed) & 31)
  return TEXTS[medianNumber(likeliestOf(shares), giving(shares), mask, tokenizer, text)]!
}

describe('a number that is a token', () => {
  it.each([
    ['is the median of whole numbers', '[[', { 4: 0.4, 6: 0.25, 7: 0.35 }, '6'],
    ['is the likeliest where that has half of the mass', ',', { 4: 0.2, 5: 0.6, 6: 0.2 }, '5'],
    ['is the median of hundredths behind a whole number', '[3', { '.10': 0.4, '.12': 0.3, '.20': 0.3 }, '.12'],
    ['is found behind a sign too', ':-', { 1: 0.4, 2: 0.3, 9: 0.3 }, '2'],
    ['counts numbers alone, not what else might come', ',', { 8: 0.4, '-': 0.3, 9: 0.15, 10: 0.15 }, '8'],
    ['is the likeliest in a string: limits are names, not lengths', '"text":"', { 30: 0.4, 31: 0.3, 39: 0.3 }, '30'],
    ['is the likeliest in a sentence', ' "In ', { 30: 0.4, 31: 0.3, 39: 0.3 }, '30'],
    ['is none where the likeliest is a word', ',', { stop: 0.4, 1: 0.3, 2: 0.3 }, 'stop'],
  ])('%s', (_what, text, shares, expected) => {
    expect(chosen(text, shares)).toBe(expected)
  })

  it('is the median of what the schema allows', () => {
    expect(chosen(',', { 4: 0.4, 6: 0.25, 7: 0.35 }, ['4', '7', '8'])).toBe('4')
    expect(chosen(',', { 4: 0.4, 6: 0.25, 7: 0.35, 20: 0.3 }, ['4', '20', '7'])).toBe('7')
  })

  it('is never farther off, by what the model expects, than the likeliest is', () => {
    const shares = fc.dictionary(fc.constantFrom(...WHOLE), fc.double({ min: 1e-3, max: 1, noNaN: true }), {
      minKeys: 1,
    })
    fc.assert(
      fc.property(shares, (given) => {
        const off = (text: string): number =>
          Object.entries(given).reduce((sum, [other, share]) => sum + share * Math.abs(Number(other) - Number(text)), 0)
        expect(off(chosen('[', given))).toBeLessThanOrEqual(off(TEXTS[likeliestOf(given)]!) + 1e-6)
      }),
    )
  })

  it('is the likeliest where a tokenizer has digits alone', () => {
    const digits = speaking([...WHOLE.slice(0, 10), '.'])
    const logits = Float32Array.from([0.4, 0, 0, 0, 0.3, 0.3, 0, 0, 0, 0, 0], (share) => Math.log(share + 1e-12))
    expect(medianNumber(0, logits, undefined, digits, '[')).toBe(0)
  })
})

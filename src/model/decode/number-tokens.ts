import type { Tokenizer } from '../prompt/tokenizer.ts'
import type { TokenMask } from './sampling.ts'

/** Tokens that are values of one scale, ascending by value. */
type Scale = readonly number[]

// A whole number, or the hundredths behind one: the scales of numbers.py, which trains them as such.
const SCALES = [/^\d+$/, /^\.\d\d$/]
// Digits alone are no scale: 9 is next to 10, and what a digit counts depends on how many follow.
const DIGITS = 10
/** Where a number of compact JSON begins or goes on; within a string there is a letter, a blank or a quote before it. */
const IN_NUMBER = /[[,:]-?\d*$/

/**
 * The middle of what the model gives the numbers that may stand where `likeliest` does: half of their mass lies below, half above.
 * Of what a plan may be, the likeliest centimetre is one of many; the median is the number that is least far off
 * (decision 0024). Where `likeliest` is no number of a scale, or stands in no JSON number after `text`, it is itself.
 */
export const medianNumber = (
  likeliest: number,
  logits: Float32Array,
  mask: TokenMask | undefined,
  tokenizer: Tokenizer,
  text: string,
): number => {
  const scale = scalesOf(tokenizer).get(likeliest)
  if (!scale || !IN_NUMBER.test(text)) return likeliest
  const allowed = mask ? scale.filter((id) => ((mask[id >> 5]! >>> (id & 31)) & 1) === 1) : scale
  const weights = allowed.map((id) => Math.exp(logits[id]! - logits[likeliest]!))
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2
  let below = 0
  const at = weights.findIndex((weight) => {
    below += weight
    return below >= half
  })
  return allowed[at]!
}

const known = new WeakMap<Tokenizer, ReadonlyMap<number, Scale>>()

/** The scale of each token that is on one; made once for a tokenizer. */
const scalesOf = (tokenizer: Tokenizer): ReadonlyMap<number, Scale> => {
  const made = known.get(tokenizer) ?? new Map(SCALES.flatMap((pattern) => scaleEntries(tokenizer, pattern)))
  known.set(tokenizer, made)
  return made
}

const scaleEntries = (tokenizer: Tokenizer, pattern: RegExp): readonly (readonly [number, Scale])[] => {
  const values = Array.from({ length: tokenizer.size }, (_, id) => ({ id, text: textOf(tokenizer, id) }))
    .filter(({ id, text }) => !tokenizer.isAdded(id) && pattern.test(text))
    .map(({ id, text }) => ({ id, value: Number(text) }))
    .sort((a, b) => a.value - b.value || a.id - b.id)
  if (values.length <= DIGITS) return []
  const scale = values.map(({ id }) => id)
  return scale.map((id) => [id, scale])
}

const textOf = (tokenizer: Tokenizer, id: number): string => Buffer.from(tokenizer.bytes(id)).toString('latin1')

import { anyOf, byteRange, bytes, type Pattern, repeat, sequence } from './pattern.ts'

/** Decimals of a step 1, 0.1, 0.01, …; undefined for any other. */
export const scaleOf = (multipleOf: unknown): number | undefined => {
  for (let decimals = 0; decimals <= 9; decimals++) if (multipleOf === Number(`1e-${decimals}`)) return decimals
  return undefined
}

/**
 * Numbers from `minimum` to `maximum`, both included, printed with exactly `decimals` decimals, without leading zeros
 * and without -0. Undefined when a bound is missing or nothing lies between them.
 */
export const numberPattern = (minimum: unknown, maximum: unknown, decimals: number): Pattern | undefined => {
  if (typeof minimum !== 'number' || typeof maximum !== 'number') return undefined
  const least = scaled(minimum, decimals, 'up')
  const most = scaled(maximum, decimals, 'down')
  if (least === undefined || most === undefined || least > most) return undefined
  const choices: Pattern[] = []
  if (least < 0n) {
    const nearest = most < 0n ? -most : 1n
    choices.push(sequence([bytes('-'), naturals(nearest, -least, decimals)]))
  }
  if (most >= 0n) choices.push(naturals(least > 0n ? least : 0n, most, decimals))
  return anyOf(choices)
}

/** The number times 10^decimals, exactly: from the digits that JavaScript prints. */
const scaled = (value: number, decimals: number, round: 'up' | 'down'): bigint | undefined => {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value))
  if (!match) return undefined
  const [, sign, whole, fraction = ''] = match
  const kept = BigInt(`${whole}${fraction.slice(0, decimals).padEnd(decimals, '0')}`)
  const cut = /[1-9]/.test(fraction.slice(decimals)) ? 1n : 0n
  // Cutting digits goes towards 0: up for a negative number, down for a positive one.
  if (sign === '-') return -(round === 'down' ? kept + cut : kept)
  return round === 'up' ? kept + cut : kept
}

/** Naturals from `low` to `high` in units of the last decimal, split by their number of digits. */
const naturals = (low: bigint, high: bigint, decimals: number): Pattern => {
  const choices: Pattern[] = []
  // Below one there is a zero before the point: at least that many digits.
  const fewest = decimals + 1
  for (let digits = fewest; digits <= Math.max(String(high).length, fewest); digits++) {
    const smallest = digits === fewest ? 0n : 10n ** BigInt(digits - 1)
    const from = low > smallest ? low : smallest
    const most = 10n ** BigInt(digits) - 1n
    const to = high < most ? high : most
    if (from > to) continue
    choices.push(between(String(from).padStart(digits, '0'), String(to).padStart(digits, '0'), decimals))
  }
  return anyOf(choices)
}

/** Digit strings of one length from `low` to `high`, with the point before the last `decimals`. */
const between = (low: string, high: string, decimals: number): Pattern => {
  const rest = low.length - 1
  const first = Number(low[0])
  const last = Number(high[0])
  const withDigit = (from: number, to: number, tail: Pattern | undefined): Pattern => {
    const digit = byteRange(0x30 + from, 0x30 + to)
    if (!tail) return digit
    return sequence(rest === decimals ? [digit, bytes('.'), tail] : [digit, tail])
  }
  if (rest === 0) return withDigit(first, last, undefined)
  const lowTail = low.slice(1)
  const highTail = high.slice(1)
  if (first === last) return withDigit(first, last, between(lowTail, highTail, decimals))
  const choices: Pattern[] = []
  const opens = /^0*$/.test(lowTail)
  const closes = /^9*$/.test(highTail)
  if (!opens) choices.push(withDigit(first, first, between(lowTail, '9'.repeat(rest), decimals)))
  const from = opens ? first : first + 1
  const to = closes ? last : last - 1
  if (from <= to) choices.push(withDigit(from, to, anyDigits(rest, decimals)))
  if (!closes) choices.push(withDigit(last, last, between('0'.repeat(rest), highTail, decimals)))
  return anyOf(choices)
}

const anyDigits = (count: number, decimals: number): Pattern => {
  const digit = byteRange(0x30, 0x39)
  if (count <= decimals || decimals === 0) return repeat(digit, count, count)
  return sequence([repeat(digit, count - decimals, count - decimals), bytes('.'), repeat(digit, decimals, decimals)])
}

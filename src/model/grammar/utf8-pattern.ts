import { anyOf, byteRange, type Pattern, sequence } from './pattern.ts'

/** Code points from `low` to `high` as UTF-8. The range holds no surrogates. */
export const utf8Pattern = (low: number, high: number): Pattern => {
  const choices: Pattern[] = []
  let from = low
  for (const end of [0x7f, 0x7ff, 0xffff, 0x10ffff]) {
    if (from > high) break
    if (from > end) continue
    const to = Math.min(high, end)
    choices.push(sameLength(encode(from), encode(to)))
    from = to + 1
  }
  return anyOf(choices)
}

const encode = (code: number): readonly number[] => [...new TextEncoder().encode(String.fromCodePoint(code))]

/** Byte strings of one length between two, where all bytes but the first run from 0x80 to 0xbf. */
const sameLength = (low: readonly number[], high: readonly number[]): Pattern => {
  const [first, ...lowTail] = low as [number, ...number[]]
  const [last, ...highTail] = high as [number, ...number[]]
  if (lowTail.length === 0) return byteRange(first, last)
  if (first === last) return sequence([byteRange(first, first), sameLength(lowTail, highTail)])
  const choices: Pattern[] = []
  const opens = lowTail.every((byte) => byte === 0x80)
  const closes = highTail.every((byte) => byte === 0xbf)
  if (!opens)
    choices.push(
      sequence([
        byteRange(first, first),
        sameLength(
          lowTail,
          lowTail.map(() => 0xbf),
        ),
      ]),
    )
  const from = opens ? first : first + 1
  const to = closes ? last : last - 1
  if (from <= to) choices.push(sequence([byteRange(from, to), ...lowTail.map(() => byteRange(0x80, 0xbf))]))
  if (!closes)
    choices.push(
      sequence([
        byteRange(last, last),
        sameLength(
          highTail.map(() => 0x80),
          highTail,
        ),
      ]),
    )
  return anyOf(choices)
}

/** Ranges of code points, both ends included, ascending and apart. */
export type CharacterClass = readonly (readonly [low: number, high: number])[]

export interface CharacterPattern {
  readonly class: CharacterClass
  readonly least: number
  readonly most: number
}

const SHAPE = /^\^\[((?:[^\\\]^]|\\.)(?:[^\\\]]|\\.)*)\](\*|\+|\?|\{(\d+)(,(\d*))?\})?\$$/u

/** Reads `^[…]*$` and its like; undefined for any other expression, and for classes that name control characters. */
export const parseCharacterPattern = (pattern: string): CharacterPattern | undefined => {
  const match = SHAPE.exec(pattern)
  if (!match) return undefined
  const characters = parseClass(match[1]!)
  if (!characters) return undefined
  const [, , count, least, comma, most] = match
  switch (count) {
    case undefined:
      return { class: characters, least: 1, most: 1 }
    case '*':
      return { class: characters, least: 0, most: Number.POSITIVE_INFINITY }
    case '+':
      return { class: characters, least: 1, most: Number.POSITIVE_INFINITY }
    case '?':
      return { class: characters, least: 0, most: 1 }
    default: {
      const end = comma === undefined ? least : most === '' ? Number.POSITIVE_INFINITY : most
      return { class: characters, least: Number(least), most: Number(end) }
    }
  }
}

const SHORTHANDS: Readonly<Record<string, CharacterClass>> = {
  d: [[0x30, 0x39]],
  w: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
}

const parseClass = (body: string): CharacterClass | undefined => {
  const ranges: (readonly [number, number])[] = []
  const characters = Array.from(body)
  for (let i = 0; i < characters.length; i++) {
    const escaped = characters[i] === '\\'
    if (escaped) i++
    const first = characters[i]!
    if (escaped && /[a-zA-Z0-9]/.test(first)) {
      const shorthand = SHORTHANDS[first]
      if (!shorthand) return undefined
      ranges.push(...shorthand)
      continue
    }
    let last = first
    if (characters[i + 1] === '-' && i + 2 < characters.length) {
      i += 2
      if (characters[i] === '\\') i++
      last = characters[i]!
      // A shorthand cannot end a range.
      if (characters[i - 1] === '\\' && /[a-zA-Z0-9]/.test(last)) return undefined
    }
    ranges.push([first.codePointAt(0)!, last.codePointAt(0)!])
  }
  return merge(ranges)
}

const merge = (ranges: readonly (readonly [number, number])[]): CharacterClass | undefined => {
  const merged: [number, number][] = []
  for (const [low, high] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const control = low < 0x20 || (low < 0xa0 && high >= 0x7f)
    const surrogate = low <= 0xdfff && high >= 0xd800
    if (low > high || control || surrogate) return undefined
    const previous = merged.at(-1)
    if (previous && low <= previous[1] + 1) previous[1] = Math.max(previous[1], high)
    else merged.push([low, high])
  }
  return merged
}

import { type CharacterClass, parseCharacterPattern } from './character-class.ts'
import { anyOf, bytes, type Pattern, repeat, sequence } from './pattern.ts'
import { utf8Pattern } from './utf8-pattern.ts'

/** Everything that prints: no control characters, which a sentence does not need and JSON must escape. */
const PRINTABLE: CharacterClass = [
  [0x20, 0x7e],
  [0xa0, 0xd7ff],
  [0xe000, 0x10ffff],
]

/** `"` and `\` are the printable characters that JSON escapes. */
const ESCAPED = [0x22, 0x5c]

/**
 * A JSON string of at most `maxLength` characters. `pattern` may be one character class with a count
 * (`^[a-z ,.]*$`); undefined for any other pattern and for a string without an end.
 */
export const stringPattern = (schema: Readonly<Record<string, unknown>>): Pattern | undefined => {
  const { minLength = 0, maxLength, pattern } = schema
  const parsed = pattern === undefined ? { class: PRINTABLE, least: 0, most: Number.POSITIVE_INFINITY } : parse(pattern)
  if (!parsed || !Number.isInteger(minLength)) return undefined
  if (maxLength !== undefined && !Number.isInteger(maxLength)) return undefined
  const least = Math.max(parsed.least, minLength as number)
  const most = Math.min(parsed.most, (maxLength as number | undefined) ?? Number.POSITIVE_INFINITY)
  if (!Number.isFinite(most) || least > most) return undefined
  return sequence([bytes('"'), repeat(character(parsed.class), least, most), bytes('"')])
}

const parse = (pattern: unknown): ReturnType<typeof parseCharacterPattern> =>
  typeof pattern === 'string' ? parseCharacterPattern(pattern) : undefined

const character = (ranges: CharacterClass): Pattern => {
  const choices: Pattern[] = []
  for (const [low, high] of ranges) {
    let from = low
    for (const code of ESCAPED) {
      if (code < low || code > high) continue
      if (from < code) choices.push(utf8Pattern(from, code - 1))
      choices.push(bytes(`\\${String.fromCodePoint(code)}`))
      from = code + 1
    }
    if (from <= high) choices.push(utf8Pattern(from, high))
  }
  return anyOf(choices)
}

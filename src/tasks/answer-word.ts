import { z } from 'zod'

/** As the schemas write words: free answers write Turn Left and change-lane-left too. */
export const asWord = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')

/** The value of a word; `unknown` where a free answer has none, or none of these. */
export const wordOr = <V>(values: Readonly<Record<string, V>>, unknown: V) =>
  z
    .unknown()
    .optional()
    .transform((value): V => {
      const word = typeof value === 'string' ? asWord(value) : ''
      return Object.hasOwn(values, word) ? values[word]! : unknown
    })

/** The word of a value; a value without one is a bug. */
export const wordFor = <V>(values: Readonly<Record<string, V>>, value: V): string => {
  const found = Object.entries(values).find(([, candidate]) => candidate === value)
  if (!found) throw new Error(`${value} has no word among ${Object.keys(values).join(', ')}`)
  return found[0]
}

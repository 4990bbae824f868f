/** The word of a value of a message's enumeration, as in red_yellow. */
export const enumWord = (words: Readonly<Record<string, number>>, value: number): string =>
  (Object.keys(words).find((word) => words[word] === value) ?? String(value)).toLowerCase()

/** A set of byte strings, all of them finite in length. */
export type Pattern =
  /** One byte from `low` to `high`. */
  | { readonly kind: 'byte'; readonly low: number; readonly high: number }
  | { readonly kind: 'sequence'; readonly items: readonly Pattern[] }
  | { readonly kind: 'any'; readonly choices: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly item: Pattern; readonly least: number; readonly most: number }

export const byteRange = (low: number, high: number): Pattern => ({ kind: 'byte', low, high })

export const sequence = (items: readonly Pattern[]): Pattern =>
  items.length === 1 ? items[0]! : { kind: 'sequence', items }

export const anyOf = (choices: readonly Pattern[]): Pattern =>
  choices.length === 1 ? choices[0]! : { kind: 'any', choices }

export const repeat = (item: Pattern, least: number, most: number): Pattern => ({ kind: 'repeat', item, least, most })

/** The UTF-8 bytes of a text. */
export const bytes = (text: string): Pattern =>
  sequence(Array.from(new TextEncoder().encode(text), (byte) => byteRange(byte, byte)))

/** Whether two sets have the same members. */
export const exactly = (a: ReadonlySet<unknown>, b: ReadonlySet<unknown>): boolean =>
  a.size === b.size && [...a].every((member) => b.has(member))

/** Length of the longest string of the set; bytes. */
export const longestBytes = (pattern: Pattern): number => {
  switch (pattern.kind) {
    case 'byte':
      return 1
    case 'sequence':
      return pattern.items.reduce((sum, item) => sum + longestBytes(item), 0)
    case 'any':
      return Math.max(...pattern.choices.map(longestBytes))
    case 'repeat':
      return pattern.most * longestBytes(pattern.item)
  }
}

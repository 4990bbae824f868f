/** Signs of one scene, as their texts. */
export interface SignCase {
  readonly truths: readonly string[]
  readonly said: readonly string[]
}

export interface SignScore {
  /** That can be seen and rule the ego's way. */
  readonly signs: number
  /** Share of them that the answer names by their text. */
  readonly accuracy: number
  readonly byText: Readonly<Record<string, { readonly signs: number; readonly accuracy: number }>>
  /** Texts said of which no sign was there. */
  readonly madeUp: number
}

/** Case and spaces do not matter: Give way is GIVE WAY. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/\s+/g, ' ').trim()

export const signScore = (cases: readonly SignCase[]): SignScore => {
  const byText = new Map<string, { signs: number; right: number }>()
  let madeUp = 0
  for (const { truths, said } of cases) {
    const left = said.map(plain)
    for (const text of truths.map(plain)) {
      const known = byText.get(text) ?? { signs: 0, right: 0 }
      const found = left.indexOf(text)
      if (found >= 0) left.splice(found, 1)
      byText.set(text, { signs: known.signs + 1, right: known.right + (found >= 0 ? 1 : 0) })
    }
    madeUp += left.length
  }
  const all = [...byText.values()]
  const sum = (of: 'signs' | 'right'): number => all.reduce((total, each) => total + each[of], 0)
  return {
    signs: sum('signs'),
    accuracy: sum('right') / sum('signs'),
    byText: Object.fromEntries(
      [...byText]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([text, { signs, right }]) => [text, { signs, accuracy: right / signs }]),
    ),
    madeUp,
  }
}

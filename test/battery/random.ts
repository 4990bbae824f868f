import { chance } from '../../src/scene/testing/chance.ts'

/** Seeded numbers: the same seed gives the same ones. */
export interface Random {
  /** In [0, 1). */
  next(): number
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number
  pick<T>(list: readonly T[]): T
  /** `count` different ones (all when there are fewer), in their order. */
  some<T>(list: readonly T[], count: number): readonly T[]
}

export const createRandom = (seed: number): Random => {
  const { uniform: next } = chance(seed)
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1))
  return {
    next,
    whole,
    pick: (list) => {
      const one = list[whole(0, list.length - 1)]
      if (one === undefined) throw new Error('nothing to pick from')
      return one
    },
    some: (list, count) => {
      const ranked = list.map((item, index) => ({ item, index, rank: next() }))
      ranked.sort((a, b) => a.rank - b.rank)
      return ranked
        .slice(0, count)
        .sort((a, b) => a.index - b.index)
        .map(({ item }) => item)
    },
  }
}

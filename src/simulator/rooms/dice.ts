import { type Choices, createChoices } from '../families/choices.ts'

/** Choices that depend on a seed alone. */
export interface Dice extends Choices {
  shuffled<T>(values: readonly T[]): readonly T[]
}

/** Another purpose of the same seed draws other numbers. */
export const createDice = (seed: number, purpose: string): Dice => {
  const choices = createChoices(seed, purpose)
  return {
    ...choices,
    shuffled: (values) => {
      const left = [...values]
      for (let last = left.length - 1; last > 0; last -= 1) {
        const other = choices.whole(0, last)
        ;[left[last], left[other]] = [left[other]!, left[last]!]
      }
      return left
    },
  }
}

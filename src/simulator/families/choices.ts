import { createRandom } from '../random.ts'

/** What a family draws from its seed. */
export interface Choices {
  between(least: number, most: number): number
  /** Both ends included. */
  whole(least: number, most: number): number
  pick<T>(choices: readonly T[]): T
  chance(share: number): boolean
}

/** Another purpose of the same seed draws other numbers. */
export const createChoices = (seed: number, purpose: string): Choices => {
  const salt = [...purpose].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 17)
  const random = createRandom((Math.imul(seed + 1, 0x9e3779b1) ^ salt) >>> 0)
  const between = (least: number, most: number) => least + (most - least) * random()
  return {
    between,
    whole: (least, most) => least + Math.floor(random() * (most - least + 1)),
    pick: (choices) => choices[Math.floor(random() * choices.length)]!,
    chance: (share) => random() < share,
  }
}

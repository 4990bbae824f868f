import { createDice } from '#simulator'
import type { EmbodiedItem } from './read-items.ts'

export const BASELINES = ['blind', 'random'] as const
export type Baseline = (typeof BASELINES)[number]

/** What the questions of a set allow and what is commonly right: all that one who sees nothing can know of it. */
export interface Habits {
  /** By skill: the answers that are right, as often as they are. */
  readonly answers: ReadonlyMap<string, readonly string[]>
}

export const habitsOf = (items: readonly Pick<EmbodiedItem, 'meta' | 'truth'>[]): Habits => {
  const answers = new Map<string, string[]>()
  for (const { meta, truth } of items) {
    if (truth.choice === undefined) continue
    const known = answers.get(meta.skill) ?? []
    answers.set(meta.skill, known)
    known.push(truth.choice)
  }
  return { answers }
}

const commonest = (values: readonly string[]): string => {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))[0]?.[0] ?? ''
}

/** Steps that follow from the words alone: what is to be put somewhere is picked up first, unless it has been. */
const stepsFromWords = ({ messages }: EmbodiedItem): readonly string[] => {
  const text = messages
    .flatMap(({ content }) => content.flatMap((part) => (part.type === 'text' ? [part.text] : [])))
    .join(' ')
  const goal = /current goal is: (.+?)\. (?:last|what)/.exec(text)?.[1] ?? ''
  const thing = /^put (the .+?) (?:on|in) the /.exec(goal)?.[1]
  return thing === undefined || text.includes('1- pick up') ? [goal] : [`pick up ${thing}`, goal]
}

const pointText = (x: number, y: number): string =>
  JSON.stringify([{ points: [[Math.floor(x), Math.floor(y)]], label: '' }])

/**
 * An answer without a look. Blind: the middle of the image, the commonest answer of the skill (counted on the set itself,
 * which flatters it), the steps that the words alone suggest. Random: any pixel, any answer of the skill, the same steps.
 */
export const baselineAnswer = (kind: Baseline, item: EmbodiedItem, { answers }: Habits): string => {
  const { task, meta, truth, width, height } = item
  const dice = createDice(
    [...item.id].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) | 0, 1),
    'guess',
  )
  if (task === 'embodied/point' || task === 'embodied/affordance') {
    return kind === 'blind'
      ? pointText(width / 2, height / 2)
      : pointText(dice.between(0, width), dice.between(0, height))
  }
  if (truth.choice === undefined) return JSON.stringify(stepsFromWords(item))
  const known = answers.get(meta.skill) ?? []
  if (kind === 'blind') return JSON.stringify(commonest(known))
  const allowed = truth.schema?.enum
  return JSON.stringify(dice.pick(Array.isArray(allowed) ? allowed : [...new Set(known)]))
}

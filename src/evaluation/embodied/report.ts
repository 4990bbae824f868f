import type { EmbodiedItem } from './read-items.ts'
import type { EmbodiedScore } from './score-answer.ts'

/** Of some questions. */
export interface EmbodiedSummary {
  readonly count: number
  /** Mean score, and its standard error. */
  readonly score: number
  readonly standardError: number
  /** Answers that the task could not read; each scored 0. */
  readonly unreadable: number
  /** Of steps: mean share that could be done; absent where none were asked for. */
  readonly executable?: number
}

/** One who answers. */
export interface EmbodiedReport {
  readonly all: EmbodiedSummary
  readonly byTask: Readonly<Record<string, EmbodiedSummary>>
  readonly bySkill: Readonly<Record<string, EmbodiedSummary>>
  /** About things whose kind and colour were never trained on together, and about others. */
  readonly byLook: Readonly<Record<string, EmbodiedSummary>>
}

export interface ScoredItem {
  readonly item: Pick<EmbodiedItem, 'task' | 'meta'>
  readonly score: EmbodiedScore
}

const summary = (scored: readonly ScoredItem[]): EmbodiedSummary => {
  const count = scored.length
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
  const scores = scored.map(({ score }) => score.score)
  const score = mean(scores)
  const executable = scored.flatMap((each) => each.score.executable ?? [])
  return {
    count,
    score,
    standardError: Math.sqrt(mean(scores.map((value) => (value - score) ** 2)) / Math.max(count, 1)),
    unreadable: scored.filter((each) => !each.score.readable).length,
    ...(executable.length > 0 && { executable: mean(executable) }),
  }
}

const grouped = (scored: readonly ScoredItem[], keyOf: (item: ScoredItem['item']) => string) =>
  Object.fromEntries(
    [...new Set(scored.map(({ item }) => keyOf(item)))]
      .toSorted()
      .map((key) => [key, summary(scored.filter(({ item }) => keyOf(item) === key))]),
  )

export const embodiedReport = (scored: readonly ScoredItem[]): EmbodiedReport => ({
  all: summary(scored),
  byTask: grouped(scored, ({ task }) => task),
  bySkill: grouped(scored, ({ meta }) => meta.skill),
  byLook: grouped(scored, ({ meta }) => (meta.unseen.length > 0 ? 'never trained on' : 'trained on')),
})

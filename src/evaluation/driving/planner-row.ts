import type { PlanarPose } from '#geometry'
import { distributionOf } from '../tracking/distribution.ts'
import type { Terms } from './navsim/score.ts'
import { bootstrapInterval } from './open-loop/bootstrap.ts'
import { type ByProtocol, byProtocol, mean } from './open-loop/horizons.ts'
import type { SceneCase } from './scene-case.ts'
import type { PlanScore } from './score-plan.ts'

/** One planner in one scene. */
export interface PlanOutcome {
  readonly scene: SceneCase
  /** That were scored: standing still where the answer could not be read. */
  readonly poses: readonly PlanarPose[]
  readonly readable: boolean
  /** Checks of the safety planners that would keep it from being followed. */
  readonly refusedFor: readonly string[]
  readonly score: PlanScore
}

/** Some scenes of a planner. */
export interface SliceRow {
  readonly scenes: number
  readonly adeM: number
  readonly medianAdeM: number
}

/** A planner over all scenes; m, shares, NAVSIM's scores in [0, 1]. */
export interface PlannerRow extends SliceRow {
  readonly planner: string
  /** 95 % interval of adeM, drives drawn anew; absent of none. */
  readonly adeIntervalM?: readonly [number, number]
  readonly p90AdeM: number
  readonly fdeM: number
  /** At 0.5, 1, … 3 s. */
  readonly l2M: readonly number[]
  readonly l2ByProtocolM: ByProtocol
  /** UniAD's counts vehicles, ST-P3's everybody. */
  readonly collisionRate: ByProtocol
  /** Means; only of scenes with a map. */
  readonly navsim?: Readonly<Record<keyof Terms | 'pdms' | 'epdms', number>> & { readonly scenes: number }
  readonly unparsable: number
  readonly refused: number
  /** By check: in how many scenes. */
  readonly refusedFor: Readonly<Record<string, number>>
  readonly bySlice: Readonly<Record<string, SliceRow>>
  readonly byFamily: Readonly<Record<string, SliceRow>>
}

const adeOf = ({ score }: PlanOutcome): number => score.error.adeM

const sliceRow = (outcomes: readonly PlanOutcome[]): SliceRow => ({
  scenes: outcomes.length,
  adeM: mean(outcomes.map(adeOf)),
  medianAdeM: distributionOf(outcomes.map(adeOf)).median ?? Number.NaN,
})

/** At least one outcome. */
export const plannerRow = (planner: string, outcomes: readonly PlanOutcome[]): PlannerRow => {
  const ades = outcomes.map(adeOf)
  const sorted = ades.toSorted((a, b) => a - b)
  const l2M = columns(outcomes.map(({ score }) => score.error.l2M))
  const interval = bootstrapInterval(
    ades,
    outcomes.map(({ scene }) => scene.drive),
  )
  const hits = (of: 'vehicles' | 'everybody') => columns(outcomes.map(({ score }) => score.collisions[of].map(Number)))
  const slices = [...new Set(outcomes.flatMap(({ scene }) => scene.slices))].toSorted()
  const families = [...new Set(outcomes.map(({ scene }) => scene.family))].toSorted()
  const rows = (names: readonly string[], has: (outcome: PlanOutcome, name: string) => boolean) =>
    Object.fromEntries(names.map((name) => [name, sliceRow(outcomes.filter((outcome) => has(outcome, name)))]))
  const navsim = navsimRow(outcomes)
  return {
    planner,
    ...sliceRow(outcomes),
    ...(interval && { adeIntervalM: interval }),
    p90AdeM: sorted[Math.ceil(0.9 * sorted.length) - 1]!,
    fdeM: mean(outcomes.map(({ score }) => score.error.fdeM)),
    l2M,
    l2ByProtocolM: byProtocol(l2M),
    collisionRate: { uniad: byProtocol(hits('vehicles')).uniad, stp3: byProtocol(hits('everybody')).stp3 },
    ...(navsim && { navsim }),
    unparsable: outcomes.filter(({ readable }) => !readable).length,
    refused: outcomes.filter(({ refusedFor }) => refusedFor.length > 0).length,
    refusedFor: countWords(outcomes.flatMap(({ refusedFor }) => refusedFor)),
    bySlice: rows(slices, ({ scene }, name) => scene.slices.some((slice) => slice === name)),
    byFamily: rows(families, ({ scene }, name) => scene.family === name),
  }
}

const columns = (table: readonly (readonly number[])[]): readonly number[] =>
  (table[0] ?? []).map((_, column) => mean(table.map((row) => row[column]!)))

/** In the order of the words. */
export const countWords = (words: readonly string[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>()
  for (const word of words.toSorted()) counts.set(word, (counts.get(word) ?? 0) + 1)
  return Object.fromEntries(counts)
}

const NAVSIM_NAMES = ['nc', 'dac', 'ddc', 'tlc', 'ep', 'ttc', 'c', 'lk', 'hc', 'ec', 'pdms', 'epdms'] as const

/** Extended comfort is the mean of those scenes that have a plan before them. */
const navsimRow = (outcomes: readonly PlanOutcome[]): PlannerRow['navsim'] => {
  const scores = outcomes.flatMap(({ score }) => score.navsim ?? [])
  if (scores.length === 0) return undefined
  const means = NAVSIM_NAMES.map((name) => [name, mean(scores.flatMap((score) => score[name] ?? []))] as const)
  return { scenes: scores.length, ...(Object.fromEntries(means) as Record<(typeof NAVSIM_NAMES)[number], number>) }
}

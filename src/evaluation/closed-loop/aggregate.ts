import type { ClosedLoopScore } from './score.ts'

/** Several drives together. Shares are of the drives unless they say otherwise. */
export interface ClosedLoopTotals {
  readonly drives: number
  readonly clean: number
  readonly cleanShare: number
  readonly completedShare: number
  readonly collisionsAtFault: number
  readonly collisionsOfOthers: number
  /** Of the ego, from behind: among those of others. */
  readonly rearEnded: number
  readonly redLightsRun: number
  readonly stopSignsRun: number
  /** Drives. */
  readonly leftRoad: number
  readonly leftRoute: number
  readonly wrongWay: number
  /** Means over the drives. */
  readonly progressM: number
  readonly progressShare: number
  readonly comfortableShare: number
  readonly plansJudged: number
  readonly plansRefused: number
  /** By check. */
  readonly refusedBy: Readonly<Record<string, number>>
  readonly minimalRiskStops: number
  /** Of the verdicts. */
  readonly stopShare: number
  readonly requests: number
  readonly plans: number
  readonly answerFaults: Readonly<Record<string, number>>
}

export const totalsOf = (scores: readonly ClosedLoopScore[]): ClosedLoopTotals => {
  const count = (is: (score: ClosedLoopScore) => boolean): number => scores.filter(is).length
  const sum = (of: (score: ClosedLoopScore) => number): number => scores.reduce((total, score) => total + of(score), 0)
  const mean = (of: (score: ClosedLoopScore) => number): number => (scores.length === 0 ? 0 : sum(of) / scores.length)
  const clean = count((score) => score.clean)
  return {
    drives: scores.length,
    clean,
    cleanShare: mean((score) => (score.clean ? 1 : 0)),
    completedShare: mean(({ completed }) => (completed ? 1 : 0)),
    collisionsAtFault: sum(({ collisions }) => collisions.filter(({ atFault }) => atFault).length),
    collisionsOfOthers: sum(({ collisions }) => collisions.filter(({ atFault }) => !atFault).length),
    rearEnded: sum(({ collisions }) => collisions.filter(({ contact }) => contact === 'rear').length),
    redLightsRun: sum(({ redLightsRun }) => redLightsRun.length),
    stopSignsRun: sum(({ stopSignsRun }) => stopSignsRun.length),
    leftRoad: count(({ infractions }) => infractions.includes('off-road')),
    leftRoute: count(({ infractions }) => infractions.includes('left-route')),
    wrongWay: count(({ infractions }) => infractions.includes('wrong-way')),
    progressM: mean(({ progress }) => progress.drivenM),
    progressShare: mean(({ progress }) => progress.share),
    comfortableShare: mean(({ comfort }) => (comfort.comfortable ? 1 : 0)),
    plansJudged: sum(({ interventions }) => interventions.plansJudged),
    plansRefused: sum(({ interventions }) => interventions.plansRefused),
    refusedBy: added(scores.map(({ interventions }) => interventions.refusedBy)),
    minimalRiskStops: sum(({ interventions }) => interventions.minimalRiskStops),
    stopShare: sum(({ interventions }) => interventions.stopVerdicts) / Math.max(sum(verdictsOf), 1),
    requests: sum(({ answers }) => answers.requests),
    plans: sum(({ answers }) => answers.plans),
    answerFaults: added(scores.map(({ answers }) => answers.faults)),
  }
}

const verdictsOf = ({ interventions }: ClosedLoopScore): number => interventions.verdicts

const added = (counts: readonly Readonly<Record<string, number>>[]): Readonly<Record<string, number>> => {
  const totals = new Map<string, number>()
  for (const [name, value] of counts.flatMap((one) => Object.entries(one))) {
    totals.set(name, (totals.get(name) ?? 0) + value)
  }
  return Object.fromEntries([...totals].toSorted())
}

/** The same by family, in the order in which they first come. */
export const totalsByFamily = (scores: readonly ClosedLoopScore[]): Readonly<Record<string, ClosedLoopTotals>> => {
  const families = [...new Set(scores.map(({ scenario }) => scenario.family))]
  return Object.fromEntries(
    families.map((family) => [family, totalsOf(scores.filter(({ scenario }) => scenario.family === family))]),
  )
}

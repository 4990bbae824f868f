import type { Plan } from '#messages'

/** Two plans about one frame set. */
export interface PlanPair {
  readonly recorded: Plan
  readonly other: Plan
  /** Distances of the poses at the times that both have; s, m. */
  readonly steps: readonly { readonly timeS: number; readonly apartM: number }[]
  /** Over the steps; 0 when the plans have no time in common. */
  readonly rmsM: number
  /** Whether the speed or the path action differs. */
  readonly otherAction: boolean
}

export const comparePlans = (recorded: Plan, other: Plan): PlanPair => {
  const steps = recorded.steps.flatMap(({ timeS, poseInEgo: a }) => {
    const b = other.steps.find((step) => step.timeS === timeS)?.poseInEgo
    return a && b ? [{ timeS, apartM: Math.hypot(a.xM - b.xM, a.yM - b.yM) }] : []
  })
  const squares = steps.reduce((sum, { apartM }) => sum + apartM * apartM, 0)
  return {
    recorded,
    other,
    steps,
    rmsM: steps.length === 0 ? 0 : Math.sqrt(squares / steps.length),
    otherAction: recorded.speedAction !== other.speedAction || recorded.pathAction !== other.pathAction,
  }
}

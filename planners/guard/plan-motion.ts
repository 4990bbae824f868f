import type { Plan } from '#messages'
import { type Node, nodesOfPlan, segmentsOf } from '../trajectory.ts'

/** What a plan's poses do, whatever it says. */
export interface PlanMotion {
  /** From the plan's origin on. */
  readonly nodes: readonly Node[]
  /** At the start: the ego's when known; at the end: over the last step. Negative backward; m/s. */
  readonly startMps: number
  readonly endMps: number
  /** s. */
  readonly durationS: number
  /** Of the heading, all turns added up, left positive; rad. */
  readonly turnRad: number
  /** Of the last pose from the ego's axis now, left positive; m. */
  readonly lateralM: number
}

/** Undefined for a plan without steps. Takes any numbers, NaN too. */
export const planMotion = (plan: Plan, egoSpeedMps: number | undefined): PlanMotion | undefined => {
  const nodes = nodesOfPlan(plan, egoSpeedMps)
  const segments = segmentsOf(nodes)
  const first = segments[0]
  const last = segments.at(-1)
  const end = nodes.at(-1)
  if (!first || !last || !end) return undefined
  return {
    nodes,
    startMps: egoSpeedMps ?? first.speedMps,
    endMps: last.speedMps,
    durationS: end.timeS,
    turnRad: segments.reduce((sum, { turnRad }) => sum + turnRad, 0),
    lateralM: end.pose.yM,
  }
}

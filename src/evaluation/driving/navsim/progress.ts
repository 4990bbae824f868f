import { projectOnPolyline } from '#geometry'
import type { Driven, Situation } from './situation.ts'

/** NAVSIM: where nobody gets further than this, standing is no fault; m. */
const COUNTS_FROM_M = 5

/** Along the route's line, from the first to the last place of the ego's middle; never negative; m. */
export const progressM = ({ bodies }: Driven, { routeLine }: Situation): number => {
  const at = (index: number): number => projectOnPolyline(routeLine, bodies.at(index)!.pose)?.arcLengthM ?? 0
  return Math.max(at(-1) - at(0), 0)
}

/**
 * EP: progress as a share of the better of plan and reference, each times its own multipliers, in [0, 1]. NAVSIM's reference is
 * the planner PDM-Closed; here it is the world's own driver.
 */
export const progress = (
  plan: { readonly progressM: number; readonly multiplier: number },
  reference: { readonly progressM: number; readonly multiplier: number },
): number => {
  const own = plan.progressM * plan.multiplier
  const best = Math.max(own, reference.progressM * reference.multiplier)
  if (best > COUNTS_FROM_M) return own / best
  return plan.multiplier === 0 ? 0 : 1
}

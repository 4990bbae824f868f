import { mayBeOne } from './agent-kind.ts'
import { assign } from './assign.ts'
import { mahalanobisSquared } from './covariance.ts'
import type { Detection } from './detection.ts'
import { fuseSights, sightDifferenceCovariance } from './fuse-sights.ts'

/** Chi-squared with two degrees of freedom: 99 % of true pairs are nearer. */
const GATE = 9.21

/** Squared distance in sigmas; undefined when they cannot be one agent. */
const distanceBetween = (a: Detection, b: Detection): number | undefined => {
  if (!mayBeOne(a.kind, b.kind) || a.views.some((view) => b.views.includes(view))) return undefined
  const apart = { xM: b.positionInMap.xM - a.positionInMap.xM, yM: b.positionInMap.yM - a.positionInMap.yM }
  const squared = mahalanobisSquared(apart, sightDifferenceCovariance(a, b))
  return squared <= GATE ? squared : undefined
}

/**
 * The same agent in two cameras counted once: view by view, each new sight goes to at most one agent and each agent
 * takes at most one, the nearest in sigmas, among kinds that may be one. In the order in which agents were first seen.
 */
export const mergeViews = (detections: readonly Detection[]): readonly Detection[] => {
  const views = [...new Set(detections.map(({ views: [view] }) => view))]
  let agents: readonly Detection[] = []
  for (const view of views) {
    const sights = detections.filter(({ views: [own] }) => own === view)
    // What no camera saw (a lidar's box) was never seen twice.
    const pairs = view === undefined ? [] : assign(agents, sights, distanceBetween)
    const sightOf = new Map(pairs)
    const used = new Set(pairs.map(([, sight]) => sight))
    agents = [
      ...agents.map((agent, index) => {
        const sight = sightOf.get(index)
        return sight === undefined ? agent : fuseSights(agent, sights[sight]!)
      }),
      ...sights.filter((_, index) => !used.has(index)),
    ]
  }
  return agents
}

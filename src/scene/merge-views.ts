import { secondsBetween } from '#messages'
import { mayBeOne } from './agent-kind.ts'
import { assign } from './assign.ts'
import { addCovariances, type Covariance2, mahalanobisSquared, roundCovariance } from './covariance.ts'
import type { Detection } from './detection.ts'
import { differing, fuseSights } from './fuse-sights.ts'
import { priorOf } from './kind-prior.ts'

/** Chi-squared with two degrees of freedom: 99 % of true pairs are nearer. */
const GATE = 9.21

/** A sight with what every comparison needs of it. */
interface Candidate {
  readonly detection: Detection
  readonly differing: Covariance2
  /** No direction of `differing` is wider; m. */
  readonly widestM: number
  /** After the first sight; s. */
  readonly timeS: number
}

const candidateOf = (detection: Detection, originNs: bigint): Candidate => {
  const own = differing(detection)
  return {
    detection,
    differing: own,
    widestM: Math.sqrt(own.xx + own.yy),
    timeS: secondsBetween(originNs, detection.timeNs),
  }
}

/** Squared distance in sigmas; undefined when they cannot be one agent. */
const distanceBetween = (a: Candidate, b: Candidate): number | undefined => {
  const xM = b.detection.positionInMap.xM - a.detection.positionInMap.xM
  const yM = b.detection.positionInMap.yM - a.detection.positionInMap.yM
  const movedM = Math.abs(priorOf(a.detection.kind).speedSigmaMps * (b.timeS - a.timeS))
  const reachM = a.widestM + b.widestM + movedM
  if (xM * xM + yM * yM > GATE * reachM * reachM) return undefined
  if (!mayBeOne(a.detection.kind, b.detection.kind)) return undefined
  if (a.detection.views.some((view) => b.detection.views.includes(view))) return undefined
  const all = addCovariances(roundCovariance(movedM), addCovariances(a.differing, b.differing))
  const squared = mahalanobisSquared({ xM, yM }, all)
  return squared <= GATE ? squared : undefined
}

/**
 * The same agent in two cameras counted once: view by view, each new sight goes to at most one agent and each agent
 * takes at most one, the nearest in sigmas, among kinds that may be one. In the order in which agents were first seen.
 */
export const mergeViews = (detections: readonly Detection[]): readonly Detection[] => {
  const views = [...new Set(detections.map(({ views: [view] }) => view))]
  const originNs = detections[0]?.timeNs ?? 0n
  const asCandidate = (detection: Detection) => candidateOf(detection, originNs)
  let agents: readonly Detection[] = []
  for (const view of views) {
    const sights = detections.filter(({ views: [own] }) => own === view)
    // What no camera saw (a lidar's box) was never seen twice.
    const pairs = view === undefined ? [] : assign(agents.map(asCandidate), sights.map(asCandidate), distanceBetween)
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

import { IDENTITY_PLANAR_POSE } from '#geometry'
import { type Plan, secondsBetween } from '#messages'
import { chain } from './chain.ts'
import type { CheckContext, Finding } from './check.ts'
import type { EvenOutConfig } from './config.ts'
import { type Ego, egoMotion } from './ego-motion.ts'
import { evenOut } from './even-out.ts'
import type { Held } from './state.ts'
import { fromInstant, type Node, nodesOfPlan, seenFrom } from './trajectory.ts'
import type { VerdictStep } from './verdict-body.ts'

/** A plan seen from the ego now, and what is wrong with it. */
export interface JudgedPlan {
  readonly plan: Held
  readonly ageS: number
  /** From the segment that now is in; times after now. */
  readonly nodes: readonly Node[]
  readonly findings: readonly Finding[]
  /** How far its poses were moved to make it even; m. */
  readonly movedM?: number
  /** Why its way from the reference time is dead-reckoned; absent when it comes from poses. */
  readonly reckonedBecause?: string | undefined
}

/** What the checks need beside the plan. */
export type Present = Omit<CheckContext, 'ageS'> & { readonly tickTimeNs: bigint; readonly ego: Ego | undefined }

/** Checks a plan whose nodes are already seen from the ego now. */
export const judgeHeld = (plan: Held, { tickTimeNs, ...present }: Present): JudgedPlan => {
  const ageS = secondsBetween(plan.referenceTimeNs, tickTimeNs)
  const nodes = fromInstant(plan.nodes, ageS)
  return { plan, ageS, nodes, findings: chain(nodes, { ...present, ageS }) }
}

/** Takes a plan to where the ego is now, and checks it there. */
export const judgePlan = (
  written: Plan,
  egoAtReference: Ego | undefined,
  present: Present,
  evenOutConfig: EvenOutConfig,
): JudgedPlan => {
  const { requestId, referenceTimeNs } = written
  const { plan, movedM } = evenOut(written, egoAtReference?.speedMps, { ...present, evenOut: evenOutConfig })
  const ageS = secondsBetween(referenceTimeNs, present.tickTimeNs)
  // Without any motion the ego's speed is not known either: the chain refuses it for that.
  const motion = egoMotion(egoAtReference, present.ego, ageS, present.limits) ?? { thenFromNow: IDENTITY_PLANAR_POSE }
  const nodes = seenFrom(nodesOfPlan(plan, egoAtReference?.speedMps), motion.thenFromNow)
  const judged = judgeHeld({ requestId, referenceTimeNs, nodes }, present)
  return { ...judged, movedM, reckonedBecause: motion.reckonedBecause }
}

/** What is still to come of a plan that was found in order. */
export const stepsToCome = ({ plan, ageS, nodes }: JudgedPlan, tickTimeNs: bigint): VerdictStep[] =>
  nodes
    .map(({ timeS, pose, speedMps }) => ({
      timeNs: plan.referenceTimeNs + BigInt(Math.round((timeS + ageS) * 1e9)),
      poseInEgo: pose,
      speedMps,
    }))
    .filter(({ timeNs }) => timeNs > tickTimeNs)

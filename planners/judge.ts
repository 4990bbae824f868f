import { IDENTITY_PLANAR_POSE } from '#geometry'
import { type Plan, secondsBetween, Verdict_Decision } from '#messages'
import type { Finding, Vehicle } from './check.ts'
import type { PlannersConfig } from './config.ts'
import type { Ego } from './ego-motion.ts'
import { type FaultNotes, faultsOf } from './faults.ts'
import { type JudgedPlan, judgeHeld, judgePlan, type Present, stepsToCome } from './judge-plan.ts'
import { motionSinceLastTick, movedTo } from './last-tick.ts'
import { minimalRiskStop } from './minimal-risk-stop.ts'
import { initialPlannersState, type PlannersState } from './state.ts'
import { fromInstant, speedNow } from './trajectory.ts'
import type { VerdictBody } from './verdict-body.ts'

export interface JudgeInput {
  /** ns since the Unix epoch. */
  readonly tickTimeNs: bigint
  /** The newest, whether or not it was judged before. */
  readonly plan?: Plan | undefined
  readonly egoAtTick?: Ego | undefined
  /** At the plan's reference time; its pose in the same frame as the tick's. */
  readonly egoAtPlanReference?: Ego | undefined
  /** What the guard found against the newest plan; empty before it has looked. */
  readonly contradictions?: readonly Finding[] | undefined
  readonly vehicle: Vehicle
  readonly config: PlannersConfig
  readonly state: PlannersState
}

export interface Judgement extends FaultNotes {
  readonly state: PlannersState
  readonly verdict: VerdictBody
}

/**
 * What the car should do now: the newest plan if it keeps every limit seen from where the ego is; else the last one that did,
 * while it still does; else a stop in path. A stop ends, without a jump, when a plan keeps every limit again: that it begins
 * at the ego's place and speed is one of them.
 */
export const judge = (input: JudgeInput): Judgement => {
  const { tickTimeNs, plan, egoAtTick: ego, egoAtPlanReference, vehicle, config } = input
  const { limits } = config
  const jumped = input.state.tickTimeNs !== undefined && tickTimeNs <= input.state.tickTimeNs
  const before = jumped ? initialPlannersState : input.state
  const sinceS = before.tickTimeNs === undefined ? 0 : secondsBetween(before.tickTimeNs, tickTimeNs)
  const motion =
    before.tickTimeNs === undefined
      ? { thenFromNow: IDENTITY_PLANAR_POSE, reckonedBecause: undefined }
      : motionSinceLastTick(before, ego, sinceS, limits)
  const { held, stop } = movedTo(before, motion.thenFromNow)

  const present: Present = {
    tickTimeNs,
    ego,
    egoSpeedMps: ego?.speedMps,
    egoYawRateRadps: ego?.yawRateRadps,
    maxAgeS: config.planMaxAgeMs / 1000,
    limits,
    vehicle,
  }
  const against = (input.contradictions ?? []).filter(({ check }) => (config.refuseFor as string[]).includes(check))
  const kept = plan && judgePlan(plan, egoAtPlanReference, present, config.evenOut)
  const newest = kept && { ...kept, findings: [...kept.findings, ...against] }
  // A valid plan stays good while a later one is refused.
  const older = held && held.requestId !== plan?.requestId ? judgeHeld(held, present) : undefined
  const followed = [newest, older].find((judged) => judged?.findings.length === 0)

  const about: Pick<VerdictBody, 'timeNs' | 'planRequestId' | 'planAgeS' | 'findings'> = {
    timeNs: tickTimeNs,
    planRequestId: plan?.requestId ?? 0n,
    ...(newest && { planAgeS: newest.ageS }),
    findings: [...(newest?.findings ?? [])],
  }
  const reckonedBecause = (followed === newest ? newest?.reckonedBecause : undefined) ?? motion.reckonedBecause
  const notes = { before, jumped, newest, followed, reckonedBecause }
  const memory = { tickTimeNs, ego, reckoning: reckonedBecause !== undefined }

  if (followed) {
    const verdict: VerdictBody = {
      ...about,
      decision: Verdict_Decision.PLAN,
      steps: stepsToCome(followed, tickTimeNs),
      followedPlanRequestId: followed.plan.requestId,
      changes: changesOf(followed, newest, reckonedBecause),
    }
    const state = { ...before, ...memory, held: followed.plan, stop: undefined, stopping: false }
    return { verdict, ...faultsOf({ ...notes, state, verdict }) }
  }

  const stopped = minimalRiskStop({
    tickTimeNs,
    ego,
    before: stop && { stop, sinceS },
    lastValid: held && {
      requestId: held.requestId,
      poses: held.nodes.map(({ pose }) => pose),
      // A stop that came to its end has used this up.
      speedMps: before.stopping
        ? undefined
        : speedNow(fromInstant(held.nodes, secondsBetween(held.referenceTimeNs, tickTimeNs))),
    },
    vehicle,
    config,
  })
  const verdict: VerdictBody = {
    ...about,
    decision: Verdict_Decision.MINIMAL_RISK_STOP,
    steps: stopped.steps,
    followedPlanRequestId: stopped.stop?.planRequestId ?? 0n,
    changes: [
      plan ? `plan ${plan.requestId} is not followed: see the findings` : 'there has been no plan',
      stopped.change,
    ],
  }
  const state = { ...before, ...memory, held, stop: stopped.stop, stopping: true }
  return { verdict, ...faultsOf({ ...notes, state, verdict }) }
}

const changesOf = (
  followed: JudgedPlan,
  newest: JudgedPlan | undefined,
  reckonedBecause: string | undefined,
): string[] => {
  const dropped = followed.plan.nodes.filter(({ timeS, step }) => step !== undefined && timeS <= followed.ageS).length
  return [
    `plan ${followed.plan.requestId} seen from the ego ${followed.ageS.toFixed(3)} s later`,
    ...(followed.movedM ? [`its poses moved by up to ${followed.movedM.toFixed(2)} m, to be even`] : []),
    ...(dropped > 0 ? [`its first ${dropped} of ${followed.plan.nodes.length - 1} poses are past`] : []),
    ...(followed === newest ? [] : [`plan ${newest?.plan.requestId} is not followed: see the findings`]),
    ...(reckonedBecause ? [`moved by speed and yaw rate: ${reckonedBecause}`] : []),
  ]
}

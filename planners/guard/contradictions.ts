import { Fault_Severity, type FaultReport, type Perception, type Plan, secondsBetween } from '#messages'
import type { Finding } from '../check.ts'
import { checkAgents, type EgoBody } from './check-agents.ts'
import { checkPathClaim, checkSpeedClaim } from './check-claims.ts'
import { checkLight } from './check-light.ts'
import type { GuardAgent } from './guard-agent.ts'
import type { GuardConfig } from './guard-config.ts'
import { planMotion } from './plan-motion.ts'
import { reasonClaims } from './reason-claims.ts'

export interface GuardInput {
  readonly plan: Plan
  /** Along ego x at the plan's reference time; absent when not known; m/s. */
  readonly egoSpeedMps?: number | undefined
  /** The newest; one of another time than the plan's is not held against it. */
  readonly perception?: Perception | undefined
  /** As `guardAgents` makes them. */
  readonly agents?: readonly GuardAgent[] | undefined
  readonly ego: EgoBody
  readonly config: GuardConfig
}

/**
 * Where a plan contradicts itself (its meta-action or its reason against its poses) or what is perceived (a red light, an
 * agent in its path). Empty: it is at one with itself and the scene, as far as these are known. Takes any numbers; a number
 * that is none contradicts. Reads messages only: nothing of what it checks.
 */
export const contradictions = ({
  plan,
  egoSpeedMps,
  perception,
  agents = [],
  ego,
  config,
}: GuardInput): readonly Finding[] => {
  const motion = planMotion(plan, egoSpeedMps)
  if (!motion) return []
  const { speeds, paths } = reasonClaims(plan.reason)
  const current =
    perception &&
    Math.abs(secondsBetween(perception.referenceTimeNs, plan.referenceTimeNs)) <= config.evidenceMaxAgeS &&
    perception
  return [
    ...checkSpeedClaim('speed-claim', plan.speedAction, motion, config),
    ...checkPathClaim('path-claim', plan.pathAction, motion, config),
    ...speeds.flatMap((claim) => checkSpeedClaim('reason-claim', claim, motion, config)),
    ...paths.flatMap((claim) => checkPathClaim('reason-claim', claim, motion, config)),
    ...(current ? checkLight(current, motion, config) : []),
    ...checkAgents(agents, motion, ego, config),
  ]
}

/** What is against the plan outside itself; all else is against its own words. */
const OUTSIDE: Readonly<Record<string, string>> = {
  'red-light': 'plan-contradicts-light',
  'agent-in-path': 'plan-meets-agent',
}

/** One fault a contradiction, for `Fault`s of the moment when the plan comes. */
export const contradictionFaults = (plan: Plan, findings: readonly Finding[]): readonly FaultReport[] =>
  findings.map(({ check, message }) => ({
    source: 'planners',
    code: OUTSIDE[check] ?? 'plan-contradicts-itself',
    severity: check in OUTSIDE ? Fault_Severity.ERROR : Fault_Severity.WARNING,
    message: `plan ${plan.requestId}: ${check}: ${message}`,
    topic: '/tasks/plan',
  }))

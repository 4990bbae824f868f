import type { Check, CheckContext, Finding } from './check.ts'
import { age } from './checks/age.ts'
import { curvature } from './checks/curvature.ts'
import { deviation } from './checks/deviation.ts'
import { egoSpeed } from './checks/ego-speed.ts'
import { finite } from './checks/finite.ts'
import { firstPose } from './checks/first-pose.ts'
import { heading } from './checks/heading.ts'
import { jerk } from './checks/jerk.ts'
import { lateralAcceleration } from './checks/lateral-acceleration.ts'
import { longitudinalAcceleration } from './checks/longitudinal-acceleration.ts'
import { spacing } from './checks/spacing.ts'
import { speed } from './checks/speed.ts'
import { stamps } from './checks/stamps.ts'
import type { Node } from './trajectory.ts'

/** One that finds something ends the chain: the rest reckon with what these check. */
const GATES: readonly Check[] = [age, finite, stamps]

const CHECKS: readonly Check[] = [
  spacing,
  speed,
  egoSpeed,
  heading,
  curvature,
  lateralAcceleration,
  longitudinalAcceleration,
  jerk,
  firstPose,
  deviation,
]

/** The finding furthest from its limit; the first of equals. */
const worst = (findings: readonly Finding[]): readonly Finding[] =>
  findings
    .slice(0, 1)
    .map((first) =>
      findings.reduce((a, b) => (Math.abs(b.value - b.limit) > Math.abs(a.value - a.limit) ? b : a), first),
    )

/** Runs every check; of each check the worst finding, in the order of the chain. Empty: the trajectory may be driven. */
export const chain = (nodes: readonly Node[], context: CheckContext): readonly Finding[] => {
  for (const gate of GATES) {
    const findings = worst(gate(nodes, context))
    if (findings.length > 0) return findings
  }
  return CHECKS.flatMap((check) => worst(check(nodes, context)))
}

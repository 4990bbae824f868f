import { STEP_S } from './plan-states.ts'
import type { Driven } from './situation.ts'

/** NAVSIM: metres against the traffic within one second that are still an evasion, and that are wrong-way driving; s, m. */
const WITHIN_S = 1
const COMPLIANT_M = 2
const VIOLATION_M = 6

/**
 * DDC: 1 with less than 2 m against the traffic within any second, ½ with less than 6 m, else 0. NAVSIM calls oncoming what is in no
 * lane of the route; here it is a lane of the other direction.
 */
export const drivingDirection = ({ bodies, areas }: Driven): 0 | 0.5 | 1 => {
  const againstM = bodies.map(({ pose }, index) => {
    const before = bodies[index - 1]
    if (!before || !areas[index]!.oncoming) return 0
    return Math.hypot(pose.xM - before.pose.xM, pose.yM - before.pose.yM)
  })
  const steps = Math.round(WITHIN_S / STEP_S)
  const worstM = Math.max(
    ...againstM.map((_, index) =>
      againstM.slice(Math.max(index - steps, 0), index + 1).reduce((sum, value) => sum + value, 0),
    ),
  )
  if (worstM < COMPLIANT_M) return 1
  return worstM < VIOLATION_M ? 0.5 : 0
}

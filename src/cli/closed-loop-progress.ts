import { decode, Plan_SpeedAction, PlanSchema, Verdict_Decision, VerdictSchema } from '#messages'
import type { Output } from '#pipeline'
import type { LoopStep } from '../evaluation/closed-loop/planner.ts'
import type { Referee } from '../evaluation/closed-loop/referee.ts'

const DOES: Readonly<Record<number, string>> = {
  [Plan_SpeedAction.KEEP]: 'keeps its speed',
  [Plan_SpeedAction.ACCELERATE]: 'speeds up',
  [Plan_SpeedAction.DECELERATE]: 'slows down',
  [Plan_SpeedAction.STOP]: 'stops',
}

/** Simulated time between two lines; s. */
const PERIOD_S = 1

/** Tells in lines how the drive goes: time, speed, what it does, infractions. */
export const closedLoopProgress = (tell: (line: string) => void) => {
  let dueS = 0
  let does = 'has no plan yet'
  let stopping = false
  return {
    onOutput({ topic, payload }: Output): void {
      if (topic === '/tasks/plan') {
        const { speedAction, reason } = decode(PlanSchema, payload)
        does = `${DOES[speedAction] ?? 'plans'}${reason === '' ? '' : ` («${reason.slice(0, 60)}»)`}`
      } else if (topic === '/planners/verdict') {
        stopping = decode(VerdictSchema, payload).decision === Verdict_Decision.MINIMAL_RISK_STOP
      }
    },
    onStep({ moment, handedOver }: LoopStep, referee: Referee): void {
      if (moment.timeS < dueS) return
      dueS += PERIOD_S
      const speed = `${(moment.ego.speedMps * 3.6).toFixed(0).padStart(3)} km/h`
      const what = !handedOver
        ? "the world's own driver warms up"
        : stopping
          ? 'minimal-risk stop: the plan is refused, or there is none'
          : does
      const infractions = referee.infractions()
      const trouble = infractions.length === 0 ? '' : `   [${infractions.join(', ')}]`
      tell(`${moment.timeS.toFixed(0).padStart(3)} s  ${speed}  ${what}${trouble}`)
    },
  }
}

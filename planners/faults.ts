import { Fault_Severity, type FaultReport } from '#messages'
import type { JudgedPlan } from './judge-plan.ts'
import type { PlannersState } from './state.ts'
import type { VerdictBody } from './verdict-body.ts'

export interface FaultNotes {
  readonly state: PlannersState
  readonly faults: readonly FaultReport[]
}

interface Moment {
  readonly before: PlannersState
  readonly state: PlannersState
  readonly verdict: VerdictBody
  readonly jumped: boolean
  readonly newest: JudgedPlan | undefined
  readonly followed: JudgedPlan | undefined
  readonly reckonedBecause: string | undefined
}

/** Tells each trouble once, when it begins: the verdicts say at every tick that it goes on. */
export const faultsOf = ({ before, state, verdict, jumped, newest, followed, reckonedBecause }: Moment): FaultNotes => {
  const refused = newest && newest.findings.length > 0 && before.refused !== newest.plan.requestId ? newest : undefined
  const tooOld = refused?.findings.some(({ check }) => check === 'age') ?? false
  // One that was let through and has grown old has done its work.
  const tellRefusal = refused && !(tooOld && before.held?.requestId === refused.plan.requestId)
  const found = (newest?.findings ?? []).map(({ check, message }) => `${check}: ${message}`).join('; ')
  const faults: FaultReport[] = []
  const fault = (code: string, severity: Fault_Severity, message: string, topic: string): void => {
    faults.push({ source: 'planners', code, severity, message, topic })
  }
  if (jumped) {
    fault(
      'clock-jump',
      Fault_Severity.ERROR,
      'expected a tick later than the last; plans and stop start anew',
      '/pipeline/tick',
    )
  }
  if (reckonedBecause && !before.reckoning) {
    fault('ego-dead-reckoned', Fault_Severity.WARNING, reckonedBecause, '/sensors/ego')
  }
  if (tellRefusal) {
    const code = tooOld ? 'plan-too-old' : 'plan-refused'
    fault(code, Fault_Severity.WARNING, `plan ${refused.plan.requestId}: ${found}`, '/tasks/plan')
  }
  if (state.stopping && !before.stopping) {
    fault('minimal-risk-stop', Fault_Severity.ERROR, [...verdict.changes, found].join('; '), '/planners/verdict')
  }
  if (followed && before.stopping) {
    fault('plan-resumed', Fault_Severity.INFO, `plan ${followed.plan.requestId} ends the stop`, '/planners/verdict')
  }
  return { state: { ...state, refused: refused ? refused.plan.requestId : before.refused }, faults }
}

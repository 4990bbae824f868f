import { egoAt } from '#fusion'
import { contradictionFaults, contradictions, evenOut, guardAgents } from '#planners'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'

/** Holds the newest plan against its own words and the newest scene; tells each contradiction once. */
export const guardPlan = (draft: Draft, config: PipelineConfig): void => {
  const { plan, perception, tracks, prediction, fusion, contradictions: known } = draft.state
  if (!plan) return
  const ego = egoAt(fusion, plan.referenceTimeNs, config.fusion)
  const agents = tracks && ego?.pose ? guardAgents(tracks, prediction, ego.pose, plan.referenceTimeNs) : []
  const findings = contradictions({
    // What would be driven, not what is written.
    plan: evenOut(plan, ego?.speedMps, { ...config.planners, vehicle: config.rig.vehicle }).plan,
    egoSpeedMps: ego?.speedMps,
    perception,
    agents,
    ego: config.rig.vehicle,
    config: config.guard,
  })
  const told = known?.planRequestId === plan.requestId ? known.findings : []
  const isNew = (check: string): boolean => !told.some((finding) => finding.check === check)
  for (const fault of contradictionFaults(
    plan,
    findings.filter(({ check }) => isNew(check)),
  ))
    draft.fault(fault)
  draft.state = { ...draft.state, contradictions: { planRequestId: plan.requestId, findings } }
}

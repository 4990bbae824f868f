import { egoAt } from '#fusion'
import { EGO_FRAME, MAP_FRAME, poseFromTransform, transformFromPlanar } from '#geometry'
import { FrameTransformsSchema, PosesInFrameSchema, timestampFromNs, VerdictSchema } from '#messages'
import { judge } from '#planners'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'

/** The tick: judges the newest plan where the ego is now, and says what the car should do. */
export const judgeAtTick = (draft: Draft, config: PipelineConfig): void => {
  const tickTimeNs = draft.event.logTimeNs
  const { fusion, plan, planners, eventsSha256, contradictions } = draft.state
  const egoAtTick = egoAt(fusion, tickTimeNs, config.fusion)
  const egoAtPlanReference = plan && egoAt(fusion, plan.referenceTimeNs, config.fusion)
  const { state, verdict, faults } = judge({
    tickTimeNs,
    plan,
    egoAtTick,
    egoAtPlanReference,
    contradictions: contradictions?.planRequestId === plan?.requestId ? contradictions?.findings : undefined,
    vehicle: config.rig.vehicle,
    config: config.planners,
    state: planners,
  })
  draft.state = { ...draft.state, planners: state }
  for (const fault of faults) draft.fault(fault)
  draft.emit('/planners/verdict', VerdictSchema, { ...verdict, eventsSha256 }, tickTimeNs)

  const timestamp = timestampFromNs(tickTimeNs)
  const poses = (verdict.steps ?? []).map(({ poseInEgo }) => poseFromTransform(transformFromPlanar(poseInEgo)))
  draft.emit('/planners/path', PosesInFrameSchema, { timestamp, frameId: EGO_FRAME, poses }, tickTimeNs)
  if (egoAtTick?.pose) {
    const { translation, rotation } = transformFromPlanar(egoAtTick.pose)
    const transform = { timestamp, parentFrameId: MAP_FRAME, childFrameId: EGO_FRAME, translation, rotation }
    draft.emit('/fusion/transforms', FrameTransformsSchema, { transforms: [transform] }, tickTimeNs)
  }
}

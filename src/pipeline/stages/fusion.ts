import { admitEgo, admitFrame, closeDue, type FusionStep } from '#fusion'
import { type EgoState, Fault_Severity, FrameSetSchema, findTopic, type View } from '#messages'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'
import { remember } from '../earlier-sets.ts'

const viewsOf = (config: PipelineConfig): readonly View[] => config.rig.cameras.map(({ view }) => view)

const take = (draft: Draft, config: PipelineConfig, { state, closed, faults }: FusionStep): void => {
  draft.state = { ...draft.state, fusion: state }
  for (const fault of faults) draft.fault(fault)
  for (const frameSet of closed) {
    draft.emit('/fusion/frame-set', FrameSetSchema, frameSet, frameSet.referenceTimeNs)
    // The newest wins: one that still waits to be asked about is dropped here.
    const remembered = remember(draft.state.remembered, frameSet, config.plan.frames)
    draft.state = { ...draft.state, waiting: frameSet, remembered }
  }
}

/** Closes the sets whose waiting time is over by this event's stamp. */
export const closeDueFrameSets = (draft: Draft, config: PipelineConfig): void =>
  take(draft, config, closeDue(draft.state.fusion, draft.event.logTimeNs, viewsOf(config), config.fusion))

/** Whether the event is too old, or too far in the future, to be used; notes the fault if so. */
const isStale = (draft: Draft, captureTimeNs: bigint, code: string): boolean => {
  const { topic, logTimeNs } = draft.event
  const staleAfterMs = findTopic(topic)?.staleAfterMs
  if (staleAfterMs === undefined) return false
  const ageMs = Number(logTimeNs - captureTimeNs) / 1e6
  if (ageMs <= staleAfterMs && ageMs >= -staleAfterMs) return false
  draft.fault({
    source: 'fusion',
    code,
    severity: Fault_Severity.WARNING,
    message: `expected an age of at most ${staleAfterMs} ms at admission, found ${ageMs.toFixed(1)} ms`,
    topic,
  })
  return true
}

/** A camera's image, by name: joins its frame set unless it shows a road that is gone. */
export const admitCameraFrame = (draft: Draft, config: PipelineConfig, view: View): void => {
  const camera = config.rig.cameras.find((candidate) => candidate.view === view)
  const { topic, logTimeNs: eventTimeNs, publishTimeNs, payloadSha256 } = draft.event
  if (!camera) {
    draft.fault({
      source: 'fusion',
      code: 'view-unknown',
      severity: Fault_Severity.WARNING,
      message: `expected one of ${viewsOf(config).join(', ')}, found ${view}`,
      topic,
    })
    return
  }
  const captureTimeNs = publishTimeNs + BigInt(Math.round(camera.timeOffsetMs * 1e6))
  if (isStale(draft, captureTimeNs, 'frame-stale')) return
  const image = { topic, eventTimeNs, payloadSha256 }
  take(
    draft,
    config,
    admitFrame(draft.state.fusion, { view, image, captureTimeNs, eventTimeNs }, viewsOf(config), config.fusion),
  )
}

export const admitEgoState = (draft: Draft, config: PipelineConfig, ego: EgoState): void => {
  if (isStale(draft, ego.captureTimeNs, 'ego-stale')) return
  const { state, faults } = admitEgo(draft.state.fusion, ego, draft.event.logTimeNs, config.fusion)
  draft.state = { ...draft.state, fusion: state }
  for (const fault of faults) draft.fault(fault)
}

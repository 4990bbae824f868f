import { Fault_Severity, type FaultReport, FrameSet_ClosedBy } from '#messages'
import { closeDueSets, closeSets, referenceNs } from './close-sets.ts'
import type { FusionConfig } from './config.ts'
import type { Frame } from './frame.ts'
import type { FrameSetState, FrameSetStep, PendingSet } from './frame-set-state.ts'
import { placeFrame } from './place-frame.ts'

/** Enough for a view's period to show when one or two of its frames were lost. */
const CAPTURES_KEPT = 4

/** When nothing but late frames came for two rounds of the rig, the clock went back: what was closed says nothing any more. */
const LATE_ROUNDS = 2

const fault = (frame: Frame, code: string, severity: Fault_Severity, message: string): FaultReport => ({
  source: 'fusion',
  code,
  severity,
  message,
  topic: frame.image.topic,
})

/** Takes one frame into the set it belongs to. Sets that were due before it came are closed first. */
export const admitFrameToSets = (
  before: FrameSetState,
  frame: Frame,
  rigViews: readonly string[],
  config: FusionConfig,
): FrameSetStep => {
  const due = closeDueSets(before, frame.eventTimeNs, config)
  const refuse = (report: FaultReport): FrameSetStep => ({ ...due, faults: [report] })
  if (!rigViews.includes(frame.view)) {
    return refuse(
      fault(
        frame,
        'frame-unknown-view',
        Fault_Severity.WARNING,
        `expected a view of the rig (${rigViews.join(', ')}), found ${frame.view}`,
      ),
    )
  }
  const aheadMs = Number(frame.captureTimeNs - frame.eventTimeNs) / 1e6
  if (aheadMs > config.clockToleranceMs) {
    return refuse(
      fault(
        frame,
        'frame-from-future',
        Fault_Severity.WARNING,
        `expected a capture at most ${config.clockToleranceMs} ms after its arrival, found ${aheadMs} ms`,
      ),
    )
  }
  const captures = [...(due.state.captures[frame.view] ?? []), frame.captureTimeNs].slice(-CAPTURES_KEPT)
  const state = { ...due.state, captures: { ...due.state.captures, [frame.view]: captures } }
  const place = placeFrame(state, frame, config)
  switch (place.kind) {
    case 'late': {
      const lateInARow = state.lateInARow + 1
      const late = fault(frame, 'frame-late', Fault_Severity.WARNING, place.message)
      if (lateInARow < LATE_ROUNDS * rigViews.length) {
        return { closed: due.closed, state: { ...state, lateInARow }, faults: [late] }
      }
      const jump = fault(
        frame,
        'clock-jump',
        Fault_Severity.ERROR,
        `expected captures after the last closed set, found ${lateInARow} late ones in a row: sets start anew`,
      )
      const startAnew = { ...state, lateInARow: 0, lastClosed: undefined, captures: {} }
      return { closed: due.closed, state: startAnew, faults: [late, jump] }
    }
    case 'superseded':
      return {
        closed: due.closed,
        state,
        faults: [fault(frame, 'frame-superseded', Fault_Severity.INFO, place.message)],
      }
    case 'take': {
      const joined: PendingSet = {
        openedNs: place.set?.openedNs ?? frame.eventTimeNs,
        frames: [...(place.set?.frames ?? []).filter(({ view }) => view !== frame.view), frame],
      }
      const pending = [...state.pending.filter((set) => set !== place.set), joined]
      const reasons = new Map<PendingSet, FrameSet_ClosedBy>()
      if (rigViews.every((name) => joined.frames.some(({ view }) => view === name))) {
        reasons.set(joined, FrameSet_ClosedBy.COMPLETE)
      } else if (pending.length > config.maxPendingSets) {
        reasons.set(
          pending.reduce((oldest, set) => (referenceNs(set) < referenceNs(oldest) ? set : oldest)),
          FrameSet_ClosedBy.NEWER,
        )
      }
      const step = closeSets({ ...state, pending, lateInARow: 0 }, reasons)
      return {
        state: step.state,
        closed: [...due.closed, ...step.closed],
        faults: place.replaced ? [fault(place.replaced, 'frame-superseded', Fault_Severity.INFO, place.message)] : [],
      }
    }
  }
}

import { FrameSet_ClosedBy } from '#messages'
import type { FusionConfig } from './config.ts'
import { ascending, intervalOf } from './frame.ts'
import type { ClosedSet, FrameSetState, FrameSetStep, PendingSet } from './frame-set-state.ts'

/** The set's instant: its latest capture. */
export const referenceNs = (set: PendingSet): bigint => intervalOf(set.frames).latestNs

/** Closes the given sets and, since time runs on, every older one. */
export const closeSets = (
  state: FrameSetState,
  reasons: ReadonlyMap<PendingSet, FrameSet_ClosedBy>,
): Pick<FrameSetStep, 'state' | 'closed'> => {
  if (reasons.size === 0) return { state, closed: [] }
  const newestNs = [...reasons.keys()].map(referenceNs).sort(ascending).at(-1)!
  const closing = state.pending
    .filter((set) => referenceNs(set) <= newestNs)
    .sort((a, b) => ascending(referenceNs(a), referenceNs(b)))
  const closed = closing.map(
    (set, index): ClosedSet => ({
      number: state.nextNumber + BigInt(index),
      frames: set.frames,
      closedBy: reasons.get(set) ?? FrameSet_ClosedBy.NEWER,
    }),
  )
  return {
    state: {
      ...state,
      nextNumber: state.nextNumber + BigInt(closed.length),
      pending: state.pending.filter((set) => !closing.includes(set)),
      lastClosed: closing.at(-1)?.frames,
    },
    closed,
  }
}

/** Closes the sets whose first frame came `waitMs` ago, or later than now: then the clock went back. */
export const closeDueSets = (state: FrameSetState, nowNs: bigint, config: FusionConfig): FrameSetStep => {
  const waitNs = BigInt(Math.round(config.waitMs * 1e6))
  const due = state.pending.filter(({ openedNs }) => nowNs - openedNs >= waitNs || nowNs < openedNs)
  return { ...closeSets(state, new Map(due.map((set) => [set, FrameSet_ClosedBy.WAIT]))), faults: [] }
}

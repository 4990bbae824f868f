import type { FaultReport, FrameSet_ClosedBy } from '#messages'
import type { Frame } from './frame.ts'

/** A set that still waits for views. Never empty; at most one frame a view. */
export interface PendingSet {
  /** Arrival of its first frame; ns since the Unix epoch, admission clock. */
  readonly openedNs: bigint
  readonly frames: readonly Frame[]
}

/** A set that waits no more. */
export interface ClosedSet {
  readonly number: bigint
  readonly frames: readonly Frame[]
  readonly closedBy: FrameSet_ClosedBy
}

export interface FrameSetState {
  readonly nextNumber: bigint
  readonly pending: readonly PendingSet[]
  /** The newest closed set, to tell late frames by. */
  readonly lastClosed: readonly Frame[] | undefined
  /** The last few captures of each view, newest last, to tell its period by. */
  readonly captures: Readonly<Record<string, readonly bigint[]>>
  /** Late frames since one was last taken. */
  readonly lateInARow: number
}

export const initialFrameSetState: FrameSetState = {
  nextNumber: 1n,
  pending: [],
  lastClosed: undefined,
  captures: {},
  lateInARow: 0,
}

export interface FrameSetStep {
  readonly state: FrameSetState
  /** In the order of their instants. */
  readonly closed: readonly ClosedSet[]
  readonly faults: readonly FaultReport[]
}

import type { Ego } from './ego-motion.ts'
import type { Stop } from './minimal-risk-stop.ts'
import type { Node } from './trajectory.ts'

/** A plan that was let through. */
export interface Held {
  readonly requestId: bigint
  readonly referenceTimeNs: bigint
  /** In the ego frame at the last tick; times after the reference. */
  readonly nodes: readonly Node[]
}

/** What the planners remember from tick to tick: plain data. */
export interface PlannersState {
  readonly tickTimeNs: bigint | undefined
  /** At that tick. */
  readonly ego: Ego | undefined
  readonly held: Held | undefined
  readonly stop: Stop | undefined
  /** Whether the last verdict was a stop, standing too. */
  readonly stopping: boolean
  readonly reckoning: boolean
  /** The plan whose refusal has been told. */
  readonly refused: bigint | undefined
}

export const initialPlannersState: PlannersState = {
  tickTimeNs: undefined,
  ego: undefined,
  held: undefined,
  stop: undefined,
  stopping: false,
  reckoning: false,
  refused: undefined,
}

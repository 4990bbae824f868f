import { type FusionState, initialFusionState } from '#fusion'
import type { FrameSet, ModelRequest, Plan, RouteCommand } from '#messages'
import { initialPlannersState, type PlannersState } from '#planners'
import type { PipelineConfig } from './config.ts'
import { NO_EVENTS } from './event-digest.ts'

/** The request that the model is at work on, and what it has answered so far. */
export interface InFlight {
  readonly request: ModelRequest
  /** Event time of the asking; ns since the Unix epoch. */
  readonly askedNs: bigint
  readonly text: string
  /** Whether step has asked the shell to end it. */
  readonly cut: boolean
}

/** All that step knows. Plain data (numbers, strings, bigints, byte arrays): serialisable, images by name only. */
export interface State {
  readonly config: PipelineConfig | undefined
  /** Events stepped, and the SHA-256 chain over them. */
  readonly events: bigint
  readonly eventsSha256: Uint8Array
  /** Next sequence number of each output topic. */
  readonly sequences: Readonly<Record<string, number>>
  /** Faults so far by source, code and topic. */
  readonly faultCounts: Readonly<Record<string, bigint>>
  readonly fusion: FusionState
  readonly route: RouteCommand | undefined
  readonly modelReady: boolean
  readonly requests: bigint
  readonly inFlight: InFlight | undefined
  /** The newest closed frame set that nobody has asked about. */
  readonly waiting: FrameSet | undefined
  /** The newest plan, checked or not. */
  readonly plan: Plan | undefined
  readonly planners: PlannersState
  /** When the next snapshot is due, by event time; undefined before the first event. */
  readonly snapshotDueNs: bigint | undefined
}

/** Before the first event. */
export const initialState: State = {
  config: undefined,
  events: 0n,
  eventsSha256: NO_EVENTS,
  sequences: {},
  faultCounts: {},
  fusion: initialFusionState,
  route: undefined,
  modelReady: false,
  requests: 0n,
  inFlight: undefined,
  waiting: undefined,
  plan: undefined,
  planners: initialPlannersState,
  snapshotDueNs: undefined,
}

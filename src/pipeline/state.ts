import { type FusionState, initialFusionState } from '#fusion'
import type { FrameSet, ModelRequest, Perception, Plan, Prediction, RouteCommand, Tracks } from '#messages'
import { type Finding, initialPlannersState, type PlannersState } from '#planners'
import { initialSceneState, type SceneState } from '#scene'
import type { PipelineConfig } from './config.ts'
import { NO_EVENTS } from './event-digest.ts'
import type { QuestionName } from './question-name.ts'

/** The request that the model is at work on, and what it has answered so far. */
export interface InFlight {
  readonly name: QuestionName
  readonly request: ModelRequest
  /** Event time of the asking; ns since the Unix epoch. */
  readonly askedNs: bigint
  readonly text: string
  /** Whether what it asks for has been published already, its end still to come. */
  readonly told: boolean
  /** Whether step has asked the shell to end it. */
  readonly cut: boolean
}

/** The questions about one frame set. */
export interface Round {
  readonly frameSet: FrameSet
  /** Shown before it by each of them, oldest first. */
  readonly earlier: readonly FrameSet[]
  /** Slower questions that have not been asked. */
  readonly remaining: readonly QuestionName[]
  /** Those of the frame set before were cut: these may not be. */
  readonly protected: boolean
  readonly wasCut: boolean
  /** The plan became too old meanwhile, and that was told. */
  readonly starved: boolean
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
  /** Sets that later questions may show beside their own, oldest first. */
  readonly remembered: readonly FrameSet[]
  readonly round: Round | undefined
  /** The newest plan, checked or not. */
  readonly plan: Plan | undefined
  /** From asking for the last plan until its poses were there; ms. */
  readonly planTookMs: number
  readonly perception: Perception | undefined
  readonly scene: SceneState
  readonly tracks: Tracks | undefined
  readonly prediction: Prediction | undefined
  /** What speaks against the plan of that request. */
  readonly contradictions: { readonly planRequestId: bigint; readonly findings: readonly Finding[] } | undefined
  readonly planners: PlannersState
  /** When the next snapshot is due, by event time; undefined until the first event after the configuration. */
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
  remembered: [],
  round: undefined,
  plan: undefined,
  // Half of planMaxAge: of the first plan nobody knows how long it takes.
  planTookMs: 500,
  perception: undefined,
  scene: initialSceneState,
  tracks: undefined,
  prediction: undefined,
  contradictions: undefined,
  planners: initialPlannersState,
  snapshotDueNs: undefined,
}

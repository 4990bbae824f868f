import type { FrameSet, ModelRequest, RouteCommand } from '#messages'
import type { Answer } from '#model'
import type { ImageStore } from '#pipeline'
import type { Moment } from '#simulator'

/** An instant of the world, as it is before anybody looks at it. */
export interface LoopStep {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly moment: Moment
  /** Whether a verdict led here; else the world's own driver did. */
  readonly steered: boolean
  /** Whether the planner has the wheel: before, the world's own driver warms the loop up. */
  readonly handedOver: boolean
}

/** A question of the pipeline with all that an answer may be made from. */
export interface Asked {
  readonly request: ModelRequest
  readonly images: ImageStore
  /** That it is about. */
  readonly frameSet: FrameSet
  readonly route: RouteCommand | undefined
}

export type PlannerAnswer = Pick<Answer, 'text' | 'tokenIds' | 'promptTokenIds' | 'finish'>

/** Whoever answers in the closed loop: the model, or a stand-in that makes a plan without one. */
export interface ClosedLoopPlanner {
  /** As in model, constant-velocity, idm, blind. */
  readonly name: string
  /** As on /model/state; a bundle's hash or empty. */
  readonly engine: string
  readonly bundleSha256: string
  /** Told of every instant: for planners that know the world itself. */
  observe?(step: LoopStep): void
  /** Called when the question is raised; what it rejects with is a failed answer. */
  answer(asked: Asked): Promise<PlannerAnswer>
  close(): Promise<void>
}

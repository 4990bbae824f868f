import type { Vector3 } from '#geometry'
import type { View } from '#messages'
import type { AgentKind } from './agent-kind.ts'
import type { Belief } from './kalman.ts'

/** One agent that is followed. */
export interface TrackState {
  /** In order of birth; never given again. */
  readonly number: number
  readonly label: string
  readonly kind: AgentKind
  readonly belief: Belief
  /** Of the belief; ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly firstSeenNs: bigint
  readonly lastSeenNs: bigint
  readonly sightings: number
  /** Frame sets in a row that should have shown it and did not. */
  readonly misses: number
  readonly views: readonly View[]
  readonly sizeM: Vector3
  /** As last measured; rad, in map. Absent: only its motion can say. */
  readonly measuredHeadingRad?: number
}

/** Everything that following agents remembers: plain data. */
export interface SceneState {
  readonly nextNumber: number
  readonly tracks: readonly TrackState[]
  /** Of the last set taken in; ns since the Unix epoch. */
  readonly timeNs?: bigint
}

export const initialSceneState: SceneState = { nextNumber: 1, tracks: [] }

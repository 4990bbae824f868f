import type { PlanarPoint } from '#geometry'
import type { TrackState } from '#scene'

/** One agent as it really was, brought to the instant of its frame. */
export interface TrueAgent {
  readonly id: string
  readonly category: string
  /** Of its centre; m. */
  readonly positionInMap: PlanarPoint
  readonly headingInMapRad: number
  /** Over ground; m/s. Absent when the data cannot say. */
  readonly velocityInMap: PlanarPoint | undefined
  /** From the ego; m. */
  readonly distanceM: number
  /** How often it was detected in this frame: in so many cameras, or once in space. */
  readonly detections: number
}

/** A track that took in detections of this frame, and whose they really were. */
export interface SeenTrack {
  readonly track: TrackState
  /** Of the agents that it really saw, in order of its detections, each once; one, when all is well. */
  readonly agentIds: readonly string[]
}

/** A frame after tracking. */
export interface TrackedFrame {
  readonly timeNs: bigint
  readonly agents: readonly TrueAgent[]
  readonly seen: readonly SeenTrack[]
  /** Tracks that were carried on without a sight. */
  readonly coasting: number
}

/** Each agent with the track that saw it (the first, when several did), leaving out tracks that mix agents. */
export const matchedPairs = ({ agents, seen }: TrackedFrame) =>
  agents.flatMap((agent) => {
    const found = seen.find(({ agentIds }) => agentIds.length === 1 && agentIds[0] === agent.id)
    return found ? [{ agent, track: found.track }] : []
  })

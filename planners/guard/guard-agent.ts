import { type PlanarPose, relativePlanar, type TimedPose } from '#geometry'
import { type Prediction, secondsBetween, type Track, type Tracks } from '#messages'

/** An agent that the plan might meet. */
export interface GuardAgent {
  readonly id: string
  readonly label: string
  /** m. */
  readonly lengthM: number
  readonly widthM: number
  /** In order of time; after the plan's reference time, in the ego frame at that time. */
  readonly path: readonly TimedPose[]
}

/** How far a track without a prediction is carried on by its velocity; s. */
const CARRIED_S = 4

const pathInMap = (track: Track, tracksTimeNs: bigint, prediction: Prediction | undefined) => {
  const start = track.poseInMap
  if (!start) return []
  const predicted = prediction?.agents.find(({ id }) => id === track.id)?.path ?? []
  if (prediction && predicted.length > 0) {
    return predicted.flatMap(({ timeS, poseInMap }) =>
      poseInMap ? [{ timeNs: prediction.referenceTimeNs, timeS, pose: poseInMap }] : [],
    )
  }
  const { x = 0, y = 0 } = track.velocityInMapMps ?? {}
  return [0, CARRIED_S].map((timeS) => ({
    timeNs: tracksTimeNs,
    timeS,
    pose: { ...start, xM: start.xM + x * timeS, yM: start.yM + y * timeS },
  }))
}

/**
 * The tracked agents as the plan would meet them: on their predicted paths, or, without one, on at their velocity.
 * `mapFromEgo` is the ego's pose at the plan's reference time.
 */
export const guardAgents = (
  { timeNs, tracks }: Tracks,
  prediction: Prediction | undefined,
  mapFromEgo: PlanarPose,
  planReferenceTimeNs: bigint,
): readonly GuardAgent[] =>
  tracks.map((track) => ({
    id: track.id,
    label: track.label,
    lengthM: track.sizeM?.x ?? 0,
    widthM: track.sizeM?.y ?? 0,
    path: pathInMap(track, timeNs, prediction).map(({ timeNs: fromNs, timeS, pose }) => ({
      timeS: secondsBetween(planReferenceTimeNs, fromNs) + timeS,
      pose: relativePlanar(mapFromEgo, pose),
    })),
  }))

import type { MessageInitShape } from '@bufbuild/protobuf'
import type { TracksSchema } from '#messages'
import { covarianceAt } from './kalman.ts'
import { headingOf } from './track-heading.ts'
import type { SceneState, TrackState } from './track-state.ts'

/** Id of a track, as it stands in messages. */
export const trackId = (number: number): string => `track-${number}`

/** Init of the outrider.Tracks of a state; `timeNs` of its last step. */
export const tracksMessage = ({ tracks, timeNs = 0n }: SceneState): MessageInitShape<typeof TracksSchema> => ({
  timeNs,
  tracks: tracks.map((track) => trackMessage(track, timeNs)),
})

const trackMessage = (track: TrackState, timeNs: bigint) => {
  const [xM, yM, vx, vy] = track.belief.mean as [number, number, number, number]
  const { headingRad, sigmaRad } = headingOf(track)
  return {
    id: trackId(track.number),
    label: track.label,
    poseInMap: { xM, yM, headingRad },
    headingSigmaRad: sigmaRad,
    sizeM: track.sizeM,
    velocityInMapMps: { x: vx, y: vy, z: 0 },
    covariance: positionVelocityCovariance(track),
    firstSeenNs: track.firstSeenNs,
    lastSeenNs: track.lastSeenNs,
    sightings: track.sightings,
    coasting: track.lastSeenNs !== timeNs,
    views: [...track.views],
  }
}

/** 4x4, row-major, of x, y (m), vx, vy (m/s). */
export const positionVelocityCovariance = ({ belief: { covariance } }: TrackState): number[] =>
  [0, 1, 2, 3].flatMap((row) => [0, 1, 2, 3].map((column) => covarianceAt(covariance, row, column)))

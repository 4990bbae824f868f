import { mahalanobisSquared, positionCovariance } from '#scene'
import { type Consistency, consistencyOf } from './consistency.ts'
import { type Distribution, distributionOf } from './distribution.ts'
import { matchedPairs, type TrackedFrame } from './tracked-frame.ts'

/** Errors of the agents from `fromM` on, below `toM`, by their true distance from the ego. */
export interface DistanceBand {
  readonly fromM: number
  readonly toM: number
  /** m, on the ground. */
  readonly errorM: Distribution
  /** Median error over distance; absent for none. */
  readonly medianShareOfDistance?: number
}

export interface PositionError {
  readonly all: Distribution
  readonly byDistance: readonly DistanceBand[]
  readonly consistency: Consistency
}

const BAND_EDGES_M = [0, 10, 20, 30, 50, 75, 100, 150, 250]

/** Distance on the ground between each agent's true centre and its track, over all frames. */
export const positionError = (frames: readonly TrackedFrame[]): PositionError => {
  const errors = frames.flatMap(matchedPairs).map(({ agent, track }) => {
    const [x, y] = track.belief.mean as [number, number]
    const error = { xM: x - agent.positionInMap.xM, yM: y - agent.positionInMap.yM }
    return {
      distanceM: agent.distanceM,
      errorM: Math.hypot(error.xM, error.yM),
      squaredSigmas: mahalanobisSquared(error, positionCovariance(track.belief)),
    }
  })
  return {
    all: distributionOf(errors.map(({ errorM }) => errorM)),
    byDistance: BAND_EDGES_M.slice(1).map((toM, index) => {
      const fromM = BAND_EDGES_M[index]!
      const inBand = errors.filter(({ distanceM }) => distanceM >= fromM && distanceM < toM)
      const share = distributionOf(inBand.map(({ errorM, distanceM }) => errorM / distanceM)).median
      return {
        fromM,
        toM,
        errorM: distributionOf(inBand.map(({ errorM }) => errorM)),
        ...(share === undefined ? {} : { medianShareOfDistance: share }),
      }
    }),
    consistency: consistencyOf(errors.map(({ squaredSigmas }) => squaredSigmas)),
  }
}

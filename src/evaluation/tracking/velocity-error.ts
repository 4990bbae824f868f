import { mahalanobisSquared, velocityCovariance } from '#scene'
import { type Consistency, consistencyOf } from './consistency.ts'
import { type Distribution, distributionOf } from './distribution.ts'
import { matchedPairs, type TrackedFrame } from './tracked-frame.ts'

export interface VelocityError {
  /** Length of the difference of the velocities; m/s. */
  readonly errorMps: Distribution
  /** Of agents that really go faster than 2 m/s: the error over their speed. */
  readonly relativeAbove2Mps: Distribution & { readonly within15Percent?: number }
  readonly consistency: Consistency
  /** The same, each agent once, in the last frame that has it. */
  readonly consistencyAtLast: Consistency
}

const MOVING_MPS = 2
/** One sight has no velocity: what the track says then is its prior. */
const LEAST_SIGHTINGS = 2

/** Over all frames, of tracks seen at least twice whose agent's true velocity is known. */
export const velocityError = (frames: readonly TrackedFrame[]): VelocityError => {
  const errors = frames.flatMap(matchedPairs).flatMap(({ agent, track }) => {
    if (!agent.velocityInMap || track.sightings < LEAST_SIGHTINGS) return []
    const [, , vx, vy] = track.belief.mean as [number, number, number, number]
    const error = { xM: vx - agent.velocityInMap.xM, yM: vy - agent.velocityInMap.yM }
    return [
      {
        id: agent.id,
        speedMps: Math.hypot(agent.velocityInMap.xM, agent.velocityInMap.yM),
        errorMps: Math.hypot(error.xM, error.yM),
        squaredSigmas: mahalanobisSquared(error, velocityCovariance(track.belief)),
      },
    ]
  })
  const relative = errors
    .filter(({ speedMps }) => speedMps > MOVING_MPS)
    .map(({ errorMps, speedMps }) => errorMps / speedMps)
  const last = new Map(errors.map(({ id, squaredSigmas }) => [id, squaredSigmas]))
  return {
    errorMps: distributionOf(errors.map(({ errorMps }) => errorMps)),
    relativeAbove2Mps: {
      ...distributionOf(relative),
      ...(relative.length === 0
        ? {}
        : { within15Percent: relative.filter((share) => share <= 0.15).length / relative.length }),
    },
    consistency: consistencyOf(errors.map(({ squaredSigmas }) => squaredSigmas)),
    consistencyAtLast: consistencyOf([...last.values()]),
  }
}

import { normaliseAngle } from '#geometry'
import { headingOf, UNKNOWN_HEADING_SIGMA_RAD } from '#scene'
import { type Distribution, distributionOf } from './distribution.ts'
import { matchedPairs, type TrackedFrame } from './tracked-frame.ts'

export interface HeadingError {
  /** Of tracks that know their heading; rad. */
  readonly errorRad: Distribution
  /** Tracks that say they do not. */
  readonly unknown: number
}

/** Angle between the agent's true heading and its track's, over all frames. */
export const headingError = (frames: readonly TrackedFrame[]): HeadingError => {
  const pairs = frames.flatMap(matchedPairs).map(({ agent, track }) => ({ agent, ...headingOf(track) }))
  const known = pairs.filter(({ sigmaRad }) => sigmaRad < UNKNOWN_HEADING_SIGMA_RAD)
  return {
    errorRad: distributionOf(
      known.map(({ agent, headingRad }) => Math.abs(normaliseAngle(headingRad - agent.headingInMapRad))),
    ),
    unknown: pairs.length - known.length,
  }
}

import { arcLengths, composePlanar, interpolatePlanar, type PlanarPose } from '#geometry'
import type { FrameSet, FrameSet_EgoSample } from '#messages'

/**
 * The same frame set, told as if the ego had come along its way at its present speed: the past of somebody who has just looked
 * up. How a good driver's pedal moved tells what it sees, and a model that reads it there looks at nothing (decision 0014).
 * Without a pose at every sample, or a speed now, nothing changes. `atMps`: at another speed than its present one.
 */
export const withSteadyHistory = (frameSet: FrameSet, atMps?: number): FrameSet => {
  const backwards = frameSet.egoHistory.toReversed()
  const poses = backwards.flatMap(({ xM, yM, headingRad }): readonly PlanarPose[] =>
    xM === undefined || yM === undefined || headingRad === undefined ? [] : [{ xM, yM, headingRad }],
  )
  const presentMps = backwards[0]?.speedMps
  const speedMps = atMps ?? presentMps
  if (speedMps === undefined || poses.length < backwards.length) return frameSet
  const arcsM = arcLengths(poses)
  // The same bend at another speed; who stands shows none.
  const turning = presentMps ? speedMps / presentMps : 1
  const steady = (sample: FrameSet_EgoSample): FrameSet_EgoSample => ({
    ...sample,
    ...poseBack(poses, arcsM, -sample.timeS * speedMps),
    speedMps,
    ...(sample.accelerationMps2 !== undefined && { accelerationMps2: 0 }),
    ...(sample.yawRateRadps !== undefined && { yawRateRadps: sample.yawRateRadps * turning }),
  })
  return { ...frameSet, egoHistory: frameSet.egoHistory.map(steady) }
}

/** `backM` along a way that leads back; straight on past its end. */
const poseBack = (poses: readonly PlanarPose[], arcsM: readonly number[], backM: number): PlanarPose => {
  const after = arcsM.findIndex((arcM) => arcM >= backM)
  if (after === 0) return poses[0]!
  if (after < 0) return composePlanar(poses.at(-1)!, { xM: arcsM.at(-1)! - backM, yM: 0, headingRad: 0 })
  const fromM = arcsM[after - 1]!
  return interpolatePlanar(poses[after - 1]!, poses[after]!, (backM - fromM) / (arcsM[after]! - fromM))
}

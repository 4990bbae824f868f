import { quaternionFromYaw } from '#geometry'
import type { FrameSet, Perception } from '#messages'
import { type PipelineConfig, perceivedBoxes } from '#pipeline'
import { covarianceOf, type Detection, egoPoseAt, liftBoxes, mergeViews, type StampedEgoPose } from '#scene'
import type { FoundAgent, FoundFrame } from './found-agent.ts'

/**
 * What the model drew in the images of each frame set, put on the ground, one agent of two cameras once; not followed. What
 * cannot be lifted, or whose frame set is not on the tape, is left out. Heading unknown: along the ray from the ego.
 */
export const liftPerception = (
  perceptions: readonly Perception[],
  frameSets: readonly FrameSet[],
  config: PipelineConfig,
  egoPoses: readonly StampedEgoPose[],
): readonly FoundFrame[] => {
  const byTime = new Map(frameSets.map((frameSet) => [frameSet.referenceTimeNs, frameSet]))
  return perceptions.flatMap((perception): readonly FoundFrame[] => {
    const frameSet = byTime.get(perception.referenceTimeNs)
    if (!frameSet) return []
    const { detections } = liftBoxes(
      perceivedBoxes(perception, frameSet, config.rig),
      config.rig,
      egoPoses,
      config.scene,
    )
    const ego = egoPoseAt(egoPoses, frameSet.referenceTimeNs)?.translation ?? { x: 0, y: 0, z: 0 }
    return [{ timeNs: frameSet.referenceTimeNs, agents: mergeViews(detections).map((one) => foundAgent(one, ego)) }]
  })
}

const foundAgent = (
  detection: Detection,
  ego: { readonly x: number; readonly y: number; readonly z: number },
): FoundAgent => {
  const { label, positionInMap, sizeM, headingInMapRad } = detection
  const { xM, yM } = positionInMap
  const { xx, yy } = covarianceOf(detection)
  return {
    label,
    centreInMap: { x: xM, y: yM, z: ego.z + sizeM.z / 2 },
    sizeM,
    mapFromBox: quaternionFromYaw(headingInMapRad ?? Math.atan2(yM - ego.y, xM - ego.x)),
    // What is placed better is ranked before: 1 at a sigma of 0 m, a half at 1 m.
    score: 1 / (1 + Math.sqrt(xx + yy)),
  }
}

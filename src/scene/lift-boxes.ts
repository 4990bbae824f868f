import { exposureTimeNs, type Rig } from '#calibration'
import { interpolateTransforms, type Transform } from '#geometry'
import { secondsBetween } from '#messages'
import type { SceneConfig } from './config.ts'
import type { Detection } from './detection.ts'
import type { BoxesOfImage } from './image-box.ts'
import { liftBox } from './lift-box.ts'

/** Where the ego was, and when. */
export interface StampedEgoPose {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly mapFromEgo: Transform
}

export interface Lifted {
  /** In the order of the images and their boxes. */
  readonly detections: readonly Detection[]
  /** Keys of boxes that could not be lifted: at the horizon, farther than is believed, or no ego pose at their time. */
  readonly notLifted: readonly string[]
}

/** An exposure before the first or after the last pose takes that pose up to here; s. At 15 m/s it is 1.5 m. */
const POSE_REACH_S = 0.1

/** Between the two poses around an instant; undefined where there are none near. `poses` in order of time. */
export const egoPoseAt = (poses: readonly StampedEgoPose[], timeNs: bigint): Transform | undefined => {
  const next = poses.findIndex((pose) => pose.timeNs >= timeNs)
  const after = poses[next < 0 ? poses.length - 1 : next]
  const before = next < 0 ? after : (poses[next - 1] ?? after)
  if (!after || !before) return undefined
  if (before === after) {
    return Math.abs(secondsBetween(after.timeNs, timeNs)) <= POSE_REACH_S ? after.mapFromEgo : undefined
  }
  const share = secondsBetween(before.timeNs, timeNs) / secondsBetween(before.timeNs, after.timeNs)
  return interpolateTransforms(before.mapFromEgo, after.mapFromEgo, share)
}

/**
 * Boxes of one set of images -> agents on the ground of the map. Each box is lifted from where the ego was when the
 * camera exposed the row that the agent stands on: that is the whole of the compensation for the ego's own motion.
 * `egoPoses` in order of time, around the exposures. Images of views that the rig has not are passed over.
 */
export const liftBoxes = (
  images: readonly BoxesOfImage[],
  rig: Rig,
  egoPoses: readonly StampedEgoPose[],
  config: SceneConfig,
): Lifted => {
  const detections: Detection[] = []
  const notLifted: string[] = []
  for (const { view, captureTimeNs, boxes } of images) {
    const camera = rig.cameras.find((candidate) => candidate.view === view)
    for (const image of boxes) {
      const timeNs = camera && exposureTimeNs(camera, captureTimeNs, image.box.maxY)
      const mapFromEgo = timeNs === undefined ? undefined : egoPoseAt(egoPoses, timeNs)
      const detection =
        camera && mapFromEgo && timeNs !== undefined && liftBox(camera, mapFromEgo, image, timeNs, config)
      if (detection) detections.push(detection)
      else notLifted.push(image.key)
    }
  }
  return { detections, notLifted }
}

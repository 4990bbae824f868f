import type { Rig } from '#calibration'
import { type SceneConfig, sceneConfig } from '#scene'
import { type Duplicates, duplicates } from './tracking/duplicates.ts'
import { type HeadingError, headingError } from './tracking/heading-error.ts'
import { type Identity, identity } from './tracking/identity.ts'
import { type Misses, misses } from './tracking/misses.ts'
import { type PositionError, positionError } from './tracking/position-error.ts'
import { type DetectionSource, trackTruth } from './tracking/track-truth.ts'
import type { TapeTruth } from './tracking/truth.ts'
import { type VelocityError, velocityError } from './tracking/velocity-error.ts'

export interface TrackingReport {
  readonly detections: DetectionSource
  readonly frames: number
  /** From the first to the last frame; s. */
  readonly spanS: number
  /** Given to the tracker. */
  readonly boxes: number
  /** Of them, what could not be lifted to the ground, as `agent in view`. */
  readonly notLifted: readonly string[]
  readonly tracks: number
  readonly position: PositionError
  readonly velocity: VelocityError
  readonly heading: HeadingError
  readonly identity: Identity
  readonly duplicates: Duplicates
  readonly misses: Misses
}

/** Edges of data sets' boxes are exact or rounded to whole pixels, which spreads them evenly: 1 / sqrt(12) px. */
const TRUE_EDGES: Partial<SceneConfig> = { edgeSigmaPx: 0.3, edgeSigmaShare: 0 }

/** How well agents are placed and followed when detection is perfect: what is left is lifting, merging and tracking. */
export const evaluateTracking = (truth: TapeTruth, rig: Rig, detections: DetectionSource): TrackingReport => {
  const { frames, boxes, notLifted } = trackTruth(truth, rig, detections, sceneConfig.parse(TRUE_EDGES))
  const numbers = new Set(frames.flatMap(({ seen }) => seen.map(({ track }) => track.number)))
  return {
    detections,
    frames: frames.length,
    spanS: Number((frames.at(-1)?.timeNs ?? 0n) - (frames[0]?.timeNs ?? 0n)) / 1e9,
    boxes,
    notLifted,
    tracks: numbers.size,
    position: positionError(frames),
    velocity: velocityError(frames),
    heading: headingError(frames),
    identity: identity(frames),
    duplicates: duplicates(frames),
    misses: misses(frames),
  }
}

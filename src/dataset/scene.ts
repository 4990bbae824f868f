import type { Rig } from '#calibration'
import type { PlanarPose } from '#geometry'
import type {
  FrameSet,
  GroundTruth,
  GroundTruthImageBoxes,
  GroundTruthMap,
  GroundTruthScene,
  RouteCommand,
  View,
} from '#messages'

/** One camera's image, both ways. */
export interface SceneImage {
  /** The foxglove.CompressedImage as published: what an engine is handed. */
  readonly message: Uint8Array
  /** The file inside it, a JPEG or PNG. */
  readonly data: Uint8Array
  /** As in jpeg. */
  readonly format: string
}

/** One frame set as a drive would have it, and what was true at its instant. */
export interface DrivingScene {
  /** Where it comes from, for messages to people. */
  readonly tape: string
  /** Family, seed and time since the tape began: the same for the same instant of the same world. */
  readonly id: string
  readonly frameSet: FrameSet
  /** The latest command when the set closed. */
  readonly route: RouteCommand | undefined
  /** Throws on a view that is not in the set. */
  readonly imageOf: (view: View) => SceneImage
  readonly rig: Rig
  readonly mapFromEgo: PlanarPose
  readonly truth: GroundTruthScene
  readonly agents: GroundTruth
  /** In the rig's order of views. */
  readonly imageBoxes: readonly GroundTruthImageBoxes[]
  readonly map: GroundTruthMap | undefined
}

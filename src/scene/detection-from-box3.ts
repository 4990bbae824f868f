import { type Box3, yawOfQuaternion } from '#geometry'
import type { View } from '#messages'
import { agentKindOf } from './agent-kind.ts'
import { roundCovariance } from './covariance.ts'
import { type Detection, NOTHING_SHARED } from './detection.ts'

/** A box in space around one agent, as a lidar detector, a simulator or an annotator gives it. */
export interface SpaceBox {
  readonly key: string
  readonly label: string
  readonly boxInMap: Box3
  /** 1-sigma of its centre, drawn anew each time; m. */
  readonly sigmaM: number
  readonly views?: readonly View[]
}

/** Nothing to lift: its centre's place on the ground, and its heading. `timeNs`: when it was there, ns since the Unix epoch. */
export const detectionFromBox3 = (
  { key, label, boxInMap: { pose, sizeM }, sigmaM, views = [] }: SpaceBox,
  timeNs: bigint,
): Detection => ({
  keys: [key],
  timeNs,
  label,
  kind: agentKindOf(label),
  positionInMap: { xM: pose.translation.x, yM: pose.translation.y },
  noise: roundCovariance(sigmaM),
  shared: NOTHING_SHARED,
  sizeM,
  headingInMapRad: yawOfQuaternion(pose.rotation),
  views,
})

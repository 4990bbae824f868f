import type { Box2 } from '#geometry'
import type { View } from '#messages'

/** How much of an agent others hide; as outrider.Perception.Occlusion. */
export type Hidden = 'not' | 'partly' | 'mostly'

/** A box around one agent in one image. */
export interface ImageBox {
  /** By which the caller knows it. */
  readonly key: string
  /** What is in it, in a data set's or the model's words. */
  readonly label: string
  /** px of the image as the camera published it. */
  readonly box: Box2
  readonly hidden?: Hidden
}

/** The boxes of one image. */
export interface BoxesOfImage {
  readonly view: View
  /** Stamp of the image, the rig's offset not yet applied; ns since the Unix epoch. */
  readonly captureTimeNs: bigint
  readonly boxes: readonly ImageBox[]
}

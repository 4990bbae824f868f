import type { Quaternion, Vector3 } from '#geometry'

/** Where the boxes of an export come from. */
export const BOX_SOURCES = ['tracks', 'perception', 'ground-truth'] as const

export type BoxSource = (typeof BOX_SOURCES)[number]

/** One agent at one instant, in the map frame. */
export interface FoundAgent {
  /** The same for the same agent all through the drive; absent where nobody followed it. */
  readonly id?: string
  /** As the source called it. */
  readonly label: string
  /** Of its box's centre; m. */
  readonly centreInMap: Vector3
  /** Length, width, height; m. */
  readonly sizeM: Vector3
  readonly mapFromBox: Quaternion
  /** m/s; absent where it is not known. */
  readonly velocityInMapMps?: { readonly x: number; readonly y: number }
  /** 0 to 1, larger for what is surer: it ranks, it is no probability. */
  readonly score: number
}

export interface FoundFrame {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly agents: readonly FoundAgent[]
}

import type { PlanarPoint, Vector3 } from '#geometry'
import type { View } from '#messages'
import type { AgentKind } from './agent-kind.ts'
import { addCovariances, type Covariance2, covarianceAlong } from './covariance.ts'

/** One agent, seen once, on the ground. Its error is `noise` + a . shared[0] + b . shared[1] with a, b of unit variance. */
export interface Detection {
  /** Names, by which the caller knows the boxes that it came from; more than one after a merge. */
  readonly keys: readonly string[]
  /** Instant of the exposure; ns since the Unix epoch. */
  readonly timeNs: bigint
  /** As the agent was called. */
  readonly label: string
  readonly kind: AgentKind
  /** Of the agent's centre; m. */
  readonly positionInMap: PlanarPoint
  /** What is drawn anew in every image, as the edges of a box are; m^2, in map. */
  readonly noise: Covariance2
  /**
   * 1-sigma of what stays nearly the same from image to image of one agent: along the ray (a wrong size or a slope makes
   * it too far in every image), positive outward; and across it, positive to the left; m, in map.
   */
  readonly shared: readonly [PlanarPoint, PlanarPoint]
  /** Length, width, height: measured, or usual for its kind; m. */
  readonly sizeM: Vector3
  /** Where it points; rad, in map. Absent when one image cannot say. */
  readonly headingInMapRad?: number
  /** In the order of the rig; none for what no camera measured. */
  readonly views: readonly View[]
}

const NOWHERE: PlanarPoint = { xM: 0, yM: 0 }

/** For a sensor whose errors are drawn anew each time. */
export const NOTHING_SHARED: Detection['shared'] = [NOWHERE, NOWHERE]

/** Of the position, everything counted; m^2, in map. */
export const covarianceOf = ({ noise, shared: [radial, lateral] }: Detection): Covariance2 =>
  addCovariances(noise, addCovariances(covarianceAlong(radial), covarianceAlong(lateral)))

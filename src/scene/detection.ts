import type { PlanarPoint, Vector3 } from '#geometry'
import type { View } from '#messages'
import type { AgentKind } from './agent-kind.ts'
import { addCovariances, type Covariance2, covarianceAlong } from './covariance.ts'

/**
 * 1-sigma of the errors that stay nearly the same from image to image of one agent, each of its own cause; m, in map.
 * Signs are such that one cause keeps its sign.
 */
export interface SharedErrors {
  /** Along the ray, since it is larger or smaller than usual. */
  readonly size: PlanarPoint
  /** Along the ray, since the ground is higher or lower than the plane that the car stands on. */
  readonly ground: PlanarPoint
  /** Along the ray, from what is seen of it to its centre. */
  readonly depth: PlanarPoint
  /** Across the ray, from the middle of what is seen to its centre. */
  readonly across: PlanarPoint
}

/** In the order in which beliefs keep them. */
export const SHARED_CAUSES = ['size', 'ground', 'depth', 'across'] as const

/** One agent, seen once, on the ground. */
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
  /** Of what is drawn anew in every image, as the edges of a box are; m^2, in map. */
  readonly noise: Covariance2
  readonly shared: SharedErrors
  /** Length, width, height: measured, or usual for its kind; m. */
  readonly sizeM: Vector3
  /** Where it points; rad, in map. Absent when one image cannot say. */
  readonly headingInMapRad?: number
  /** In the order of the rig; none for what no camera measured. */
  readonly views: readonly View[]
}

const NOWHERE: PlanarPoint = { xM: 0, yM: 0 }

/** For a sensor whose errors are drawn anew each time. */
export const NOTHING_SHARED: SharedErrors = { size: NOWHERE, ground: NOWHERE, depth: NOWHERE, across: NOWHERE }

/** Of the position, everything counted; m^2, in map. */
export const covarianceOf = ({ noise, shared }: Detection): Covariance2 =>
  SHARED_CAUSES.reduce((sum, cause) => addCovariances(sum, covarianceAlong(shared[cause])), noise)

import type { Vehicle } from '#calibration'
import type { PlanarPose, Vector3 } from '#geometry'
import type { Atmosphere } from './atmosphere.ts'
import type { EgoMotion, Moment } from './moment.ts'
import type { Prop } from './render/model.ts'
import type { RoadMap } from './road-map.ts'
import type { Tint } from './things.ts'

/** A flat thing on the ground: a convex polygon. */
export interface GroundShape {
  readonly points: readonly Vector3[]
  readonly tint: Tint
}

/** A light for those who come; several may show the same. */
export interface SignalPlan {
  /** Of this head's group, as in Moment.lights. */
  readonly signalId: string
  /** Of its pole; its lamps face along the heading. */
  readonly pose: PlanarPose
  /** From the pole to the head over the lane, left positive seen along the heading; m. */
  readonly armM: number
}

export interface SignPlan {
  readonly id: string
  readonly kind: 'stop' | 'give-way' | 'speed-limit'
  /** km/h; of a speed limit only. */
  readonly kmh?: number
  /** Of its pole; it faces along the heading. */
  readonly pose: PlanarPose
}

/** What stands still. */
export interface Scenery {
  /** In the order in which it lies upon one another. */
  readonly ground: readonly GroundShape[]
  readonly props: readonly Prop[]
  /** Heads of lamp posts, in the map frame: they shine at night; m. */
  readonly lamps: readonly Vector3[]
  readonly signals: readonly SignalPlan[]
  readonly signs: readonly SignPlan[]
  /** Heights of the hills all around the horizon, at even bearings from x counter-clockwise; m. */
  readonly hillsM: readonly number[]
}

/** A world at an instant, from which it can go on, in more than one way. Never changes. */
export interface Course {
  readonly moment: Moment
  /** One step of time later: the ego where it was steered to, or where its own driver takes it. */
  next(steered?: EgoMotion): Course
  /** One step of time later, the ego's own driver looking away: it keeps its lane and its speed, whatever comes. */
  coast(): Course
  /** The same instant, had the ego come along its lane at another speed; its own driver then pays attention. m/s. */
  atSpeed(speedMps: number): Course
}

/** A place, and how all begins there. */
export interface World {
  /** Of its family. */
  readonly name: string
  readonly seed: number
  /** When it begins; ns since the Unix epoch. */
  readonly beginNs: bigint
  readonly scenery: Scenery
  readonly atmosphere: Atmosphere
  readonly map: RoadMap
  /** The first instant, for an ego of these measures. */
  begin(vehicle: Vehicle): Course
}

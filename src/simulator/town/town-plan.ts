import type { HousePlan } from '../buildings.ts'
import type { TreePlan } from '../plants.ts'
import type { Road } from '../road.ts'
import type { CarShape, Light, Tint } from '../things.ts'

/** A car that drives or stands on the road; stations and offsets are of its middle. */
export interface CarPlan {
  readonly id: string
  readonly shape: CarShape
  readonly tint: Tint
  readonly stationM: number
  /** To the left of the centre line; m. */
  readonly lateralM: number
  /** 1 with the stations, -1 against them. */
  readonly direction: 1 | -1
  /** At the beginning; m/s. */
  readonly speedMps: number
  /** When nothing is in its way; m/s. 0 for a parked one. */
  readonly desiredSpeedMps: number
}

/** A person who walks across the road, or along it. */
export interface WalkerPlan {
  readonly id: string
  readonly tint: Tint
  readonly from: RoadPlace
  readonly to: RoadPlace
  /** Stands before; s since the world began. */
  readonly startS: number
  readonly speedMps: number
}

export interface RoadPlace {
  readonly stationM: number
  /** To the left of the centre line; m. */
  readonly lateralM: number
}

/** A light for both directions at a crossing for people on foot. */
export interface TrafficLight {
  /** Middle of the crossing; m. */
  readonly stationM: number
  /** From the middle of the crossing to either stop line; m. */
  readonly stopLineM: number
  /** In order; the last goes on for ever. `untilS` since the world began. */
  readonly phases: readonly { readonly light: Light; readonly untilS: number }[]
}

export type PlacedHouse = HousePlan & RoadPlace
export type PlacedTree = TreePlan & RoadPlace

/** Everything there is, as data; what moves begins as its plan says. */
export interface TownPlan {
  readonly road: Road
  readonly laneWidthM: number
  /** Of the pavement on either side; m. */
  readonly pavementWidthM: number
  readonly light: TrafficLight
  readonly ego: RoadPlace & { readonly speedMps: number; readonly desiredSpeedMps: number }
  readonly cars: readonly CarPlan[]
  readonly walkers: readonly WalkerPlan[]
  readonly houses: readonly PlacedHouse[]
  readonly trees: readonly PlacedTree[]
  /** Lamp posts. */
  readonly lamps: readonly RoadPlace[]
  /** Spots of other green in the grass. */
  readonly patches: readonly (RoadPlace & { readonly radiusM: number })[]
  /** Heights of the hills all around the horizon, at even bearings from x counter-clockwise; m. */
  readonly hillsM: readonly number[]
}

/** What the light shows at a time since the world began; s. */
export const lightAt = ({ phases }: TrafficLight, timeS: number): Light =>
  (phases.find(({ untilS }) => timeS < untilS) ?? phases.at(-1))?.light ?? 'green'

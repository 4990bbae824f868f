import type { Road } from './road.ts'

/** A colour of the world in plain daylight; red, green, blue from 0 to 255. */
export type Tint = readonly [number, number, number]

export type CarShape = 'hatchback' | 'estate' | 'van'

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

interface RoadPlace {
  readonly stationM: number
  /** To the left of the centre line; m. */
  readonly lateralM: number
}

export type Light = 'red' | 'red-amber' | 'green' | 'amber'

/** A light for both directions at a crossing for people on foot. */
export interface TrafficLight {
  /** Middle of the crossing; m. */
  readonly stationM: number
  /** From the middle of the crossing to either stop line; m. */
  readonly stopLineM: number
  /** In order; the last goes on for ever. `untilS` since the world began. */
  readonly phases: readonly { readonly light: Light; readonly untilS: number }[]
}

export interface HousePlan extends RoadPlace {
  /** Along the road, across it, and to the eaves; m. */
  readonly sizeM: { readonly along: number; readonly across: number; readonly eaves: number }
  /** From the eaves to the ridge; m. */
  readonly roofM: number
  readonly wall: Tint
  readonly roof: Tint
}

export interface TreePlan extends RoadPlace {
  readonly heightM: number
  readonly tint: Tint
}

/** Everything there is, as data; what moves begins as its plan says. */
export interface World {
  readonly name: string
  readonly seed: number
  /** When it begins; ns since the Unix epoch. */
  readonly beginNs: bigint
  readonly road: Road
  readonly laneWidthM: number
  /** Of the pavement on either side; m. */
  readonly pavementWidthM: number
  readonly light: TrafficLight
  readonly ego: RoadPlace & { readonly speedMps: number; readonly desiredSpeedMps: number }
  readonly cars: readonly CarPlan[]
  readonly walkers: readonly WalkerPlan[]
  readonly houses: readonly HousePlan[]
  readonly trees: readonly TreePlan[]
  /** Lamp posts. */
  readonly lamps: readonly RoadPlace[]
  /** Spots of other green in the grass. */
  readonly patches: readonly (RoadPlace & { readonly radiusM: number })[]
  /** Heights of the hills all around the horizon, at even bearings from x counter-clockwise; m. */
  readonly hillsM: readonly number[]
}

/** Length, width, height; m. */
export const CAR_SIZES: Readonly<Record<CarShape, { readonly x: number; readonly y: number; readonly z: number }>> = {
  hatchback: { x: 4.2, y: 1.78, z: 1.46 },
  estate: { x: 4.7, y: 1.84, z: 1.48 },
  van: { x: 5.1, y: 1.95, z: 2.05 },
}

/** Length, width, height of a person's box; m. */
export const WALKER_SIZE = { x: 0.6, y: 0.6, z: 1.75 } as const

/** What the light shows at a time since the world began; s. */
export const lightAt = ({ phases }: TrafficLight, timeS: number): Light =>
  (phases.find(({ untilS }) => timeS < untilS) ?? phases.at(-1))?.light ?? 'green'

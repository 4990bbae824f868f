import type { PlanarPoint } from '#geometry'
import type { Road } from './road.ts'

/** A lane in the direction that it is driven in; stations and offsets are of its centre line. */
export interface Lane {
  readonly id: string
  readonly path: Road
  readonly widthM: number
  readonly limitMps: number
  /** Where one can drive on at its end. */
  readonly nextIds: readonly string[]
  /** Beside it, in the same direction. */
  readonly leftId?: string
  readonly rightId?: string
  /** Across a junction; absent for a lane of a road. */
  readonly turn?: 'straight' | 'left' | 'right'
  /** In order along it. */
  readonly stops: readonly StopLine[]
}

export interface StopLine {
  /** From the lane's beginning; m. */
  readonly stationM: number
  readonly rule: 'light' | 'stop' | 'give-way' | 'priority'
  /** Of a light: as in Moment.lights. Of a sign: its id. */
  readonly id: string
}

/** Where people cross: a band across a road. */
export interface Crossing {
  readonly id: string
  /** From kerb to kerb. */
  readonly from: PlanarPoint
  readonly to: PlanarPoint
  /** Along the road; m. */
  readonly widthM: number
  /** The signal whose red lets people walk; absent where they wait for a gap. */
  readonly signalId?: string
  readonly painted: boolean
}

/** What may be driven on, and how. */
export interface RoadMap {
  readonly lanes: readonly Lane[]
  readonly crossings: readonly Crossing[]
  /** Polygons; together all asphalt that cars may drive on. */
  readonly drivableAreas: readonly (readonly PlanarPoint[])[]
}

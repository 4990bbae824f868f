import type { PlanarPose } from '#geometry'
import type { RoadPiece } from '../road.ts'

/** A road as a family draws it: its middle line, and what lies on either side. Traffic keeps to the right. */
export interface RoadDraft {
  readonly id: string
  readonly begin: PlanarPose
  readonly pieces: readonly RoadPiece[]
  /** Lanes with and against the pieces' direction. */
  readonly forward: number
  readonly backward: number
  readonly limitKmh: number
  /** Asphalt beyond the outer lanes, for bicycles and parked cars; m. */
  readonly shoulderM: number
  /** m; 0 where the road has a verge. */
  readonly pavementM: number
  /** The road whose end this one begins at, with as many lanes. */
  readonly follows?: string
  /** An asphalt that ends openly goes on into the haze. */
  readonly openBegin?: boolean
  readonly openEnd?: boolean
}

export interface JunctionDraft {
  readonly id: string
  /** In order around it. */
  readonly arms: readonly { readonly roadId: string; readonly end: 'begin' | 'end' }[]
  readonly rule: 'lights' | 'stop' | 'give-way'
  /** Arms (by their number) that go first where there are no lights. */
  readonly major: readonly number[]
  /** Arms whose lights are green in the second half of the cycle. */
  readonly second: readonly number[]
  /** Painted crossings on all arms. */
  readonly crossings: boolean
  /** Of all lights together: s; when the cycle begins before the world does. */
  readonly cycleOffsetS: number
  /** Of either direction; s. */
  readonly greenS: number
}

/** A crossing between junctions. */
export interface CrossingDraft {
  readonly id: string
  readonly roadId: string
  readonly stationM: number
  readonly painted: boolean
  /** Absent: no light. */
  readonly light?: { readonly offsetS: number; readonly greenS: number; readonly redS: number }
}

export type Setting = 'country' | 'suburb' | 'city'

/** What a family makes of a seed, before anything is built. */
export interface NetworkDraft {
  readonly setting: Setting
  readonly roads: readonly RoadDraft[]
  readonly junctions: readonly JunctionDraft[]
  readonly crossings: readonly CrossingDraft[]
  readonly ego: {
    readonly roadId: string
    readonly stationM: number
    /** From the middle of the road outwards. */
    readonly lane: number
    /** At the junctions on its way, in order; afterwards straight on. */
    readonly turns: readonly ('straight' | 'left' | 'right')[]
  }
  /** From 0, an empty road, to 1. */
  readonly traffic: number
  readonly people: number
}

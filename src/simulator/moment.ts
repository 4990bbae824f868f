import type { PlanarPose } from '#geometry'
import type { Light, Look } from './things.ts'

/** The ego as it is now; its pose is of the rear axle, in the map frame. */
export interface EgoMotion {
  readonly pose: PlanarPose
  readonly speedMps: number
  readonly accelerationMps2: number
  readonly yawRateRadps: number
  /** Of the front road wheels, left positive; absent where its own driver keeps to a line; rad. */
  readonly steeringAngleRad?: number
}

/** Whoever else moves, or could. */
export interface Agent {
  readonly id: string
  readonly look: Look
  /** Of its middle, in the map frame. */
  readonly pose: PlanarPose
  readonly speedMps: number
  readonly accelerationMps2: number
  /** So far; legs and pedals follow; m. */
  readonly travelledM: number
  /** Left by its driver. */
  readonly parked: boolean
  readonly blinks?: 'left' | 'right'
  /** What it is about to do on its own way, when that is more than to go on. */
  readonly turns?: Turn
  /** A person who walks across the road, or waits to. */
  readonly crosses?: boolean
}

export type Turn = 'left' | 'right' | 'change-lane-left' | 'change-lane-right'

/** Why the ego's own driver drives no faster: what rules it, nearest first. */
export interface Reason {
  readonly kind:
    | 'red-light'
    | 'stop-sign'
    | 'give-way'
    | 'pedestrian'
    | 'lead-vehicle'
    | 'cyclist'
    | 'curve'
    | 'speed-limit'
  /** Of the agent, light or sign; empty for the road itself. */
  readonly id: string
  /** From the ego's front along its way; m. */
  readonly distanceM: number
}

/** What its own driver is up to. */
export interface EgoPlan {
  readonly reasons: readonly Reason[]
  /** Where the way next leads off, and how far ahead that begins; m. */
  readonly turn?: { readonly kind: Turn; readonly distanceM: number }
  readonly laneId: string
  /** Of the rear axle from the middle of its lane, left positive; m, rad. */
  readonly lateralM: number
  readonly headingErrorRad: number
  readonly speedLimitMps: number
  /** Of the way that it is on; signals that rule it, in order. */
  readonly signalIds: readonly string[]
}

/** Everything that moves, at one instant. */
export interface Moment {
  /** Since the world began; s. */
  readonly timeS: number
  readonly ego: EgoMotion
  readonly agents: readonly Agent[]
  /** What each signal shows, by its id. */
  readonly lights: ReadonlyMap<string, Light>
  readonly egoPlan: EgoPlan
  /** Its own driver drove badly before, and drives well again from now on: see worldWithLapses. */
  readonly looksUp?: boolean
}

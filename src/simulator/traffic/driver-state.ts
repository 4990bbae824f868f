import { composePlanar, type PlanarPose } from '#geometry'
import type { Look } from '../things.ts'
import { poseOnRoute, type Route } from './route.ts'

/** Takes up a lane's side in steps of the way, not of time: who stands does not slide sideways. */
export interface Sidestep {
  /** Of the lane that it comes from, seen from the one that it goes to, left positive; m. */
  readonly fromM: number
  /** How it drifted when it began, to the left for each metre of way; absent: not at all. */
  readonly fromSlope?: number
  readonly beganM: number
  readonly overM: number
}

/** Somebody who drives or rides, the ego included. */
export interface DriverState {
  readonly id: string
  /** Absent for the ego. */
  readonly look?: Look
  /** From the reference point (rear axle of the ego, middle of others) to front and rear; m. */
  readonly aheadM: number
  readonly behindM: number
  readonly widthM: number
  readonly route: Route
  /** Of the reference point. */
  readonly stationM: number
  /** Where it keeps in its lane, left positive; m. */
  readonly keepM: number
  readonly sidestep?: Sidestep
  readonly speedMps: number
  readonly accelerationMps2: number
  readonly travelledM: number
  /** Share of the allowed speed that it drives. */
  readonly eagerness: number
  /** Slower than this it never wants to be allowed to go: of a bicycle; m/s. */
  readonly topMps: number
  /** When and down to which speed it brakes for no reason that others see. */
  readonly whims: readonly { readonly fromS: number; readonly toS: number; readonly speedMps: number }[]
  /** Connectors that it may cross. */
  readonly granted: readonly string[]
  /** The stop sign at which it has stood. */
  readonly stoppedAt?: string
  /** Of its last change of lane; s. */
  readonly changedS: number
}

/** Left of the middle of its lane now, and how that changes with the way. */
export const lateralOf = ({ keepM, sidestep, stationM }: DriverState): { lateralM: number; slope: number } => {
  if (!sidestep) return { lateralM: keepM, slope: 0 }
  const t = (stationM - sidestep.beganM) / sidestep.overM
  if (t >= 1) return { lateralM: keepM, slope: 0 }
  // Smooth to the second derivative at both ends.
  const done = t * t * t * (10 + t * (6 * t - 15))
  const rate = (30 * t * t * (1 - t) * (1 - t)) / sidestep.overM
  const { fromM, fromSlope = 0, overM } = sidestep
  const drift = t * (1 + t * t * (t * (8 - 3 * t) - 6))
  const driftRate = 1 + t * t * (t * (32 - 15 * t) - 18)
  return {
    lateralM: keepM + fromM * (1 - done) + fromSlope * overM * drift,
    slope: -fromM * rate + fromSlope * driftRate,
  }
}

/** Of the reference point. */
export const poseOfDriver = (driver: DriverState): PlanarPose => {
  const { lateralM, slope } = lateralOf(driver)
  const pose = poseOnRoute(driver.route, driver.stationM, lateralM)
  return slope === 0 ? pose : { ...pose, headingRad: pose.headingRad + Math.atan(slope) }
}

/** What others see of anybody. */
export interface Body {
  readonly id: string
  readonly kind: 'vehicle' | 'cyclist' | 'pedestrian'
  /** Of its middle. */
  readonly pose: PlanarPose
  readonly lengthM: number
  readonly widthM: number
  readonly speedMps: number
}

/** It, and the place beside that it is about to take: nobody else may want that. */
export const bodiesOfDriver = (driver: DriverState): readonly Body[] => {
  const body = bodyOfDriver(driver)
  const { lateralM } = lateralOf(driver)
  if (Math.abs(lateralM - driver.keepM) < 0.8) return [body]
  return [body, { ...body, pose: poseOnRoute(driver.route, driver.stationM, driver.keepM) }]
}

export const bodyOfDriver = (driver: DriverState): Body => ({
  id: driver.id,
  kind: driver.look?.kind === 'cyclist' ? 'cyclist' : 'vehicle',
  pose: composePlanar(poseOfDriver(driver), { xM: (driver.aheadM - driver.behindM) / 2, yM: 0, headingRad: 0 }),
  lengthM: driver.aheadM + driver.behindM,
  widthM: driver.widthM,
  speedMps: driver.speedMps,
})

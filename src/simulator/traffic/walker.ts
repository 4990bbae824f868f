import { type PlanarPose, relativePlanar } from '#geometry'
import type { Crossing } from '../road-map.ts'
import type { Light, Tint } from '../things.ts'
import type { Body, DriverState } from './driver-state.ts'

/** Where somebody on foot goes: along a line, or across at a crossing. */
export interface WalkerPlan {
  readonly id: string
  readonly tint: Tint
  readonly from: PlanarPose
  readonly lengthM: number
  readonly speedMps: number
  /** Stands before; s. */
  readonly startS: number
  /** Absent for who stays on the pavement. */
  readonly crossing?: Crossing
}

export interface WalkerState {
  readonly plan: WalkerPlan
  readonly walkedM: number
  readonly speedMps: number
}

/** How far behind the kerb people wait and arrive; m. */
export const KERB_WAIT_M = 0.9

export const poseOfWalker = ({ plan: { from }, walkedM }: WalkerState): PlanarPose => ({
  xM: from.xM + walkedM * Math.cos(from.headingRad),
  yM: from.yM + walkedM * Math.sin(from.headingRad),
  headingRad: from.headingRad,
})

export const isCrossing = ({ plan, walkedM }: WalkerState): boolean =>
  plan.crossing !== undefined && walkedM > 0 && walkedM < plan.lengthM

/** Stands at stripes without a light and wants to go: who drives lets it. */
export const isWaiting = ({ plan, walkedM }: WalkerState, timeS: number): boolean =>
  plan.crossing !== undefined && walkedM === 0 && timeS >= plan.startS

export const bodyOfWalker = (walker: WalkerState): Body => ({
  id: walker.plan.id,
  kind: 'pedestrian',
  pose: poseOfWalker(walker),
  lengthM: 0.6,
  widthM: 0.6,
  speedMps: walker.speedMps,
})

/** What people trust that drivers brake with, and how long these take to see them; m/s^2, s. */
const TRUSTED_MPS2 = 2
const SEEN_S = 0.7

/** Whether nobody drives there who could not stop any more. */
const isSafe = (crossing: Crossing, drivers: readonly DriverState[]): boolean =>
  drivers.every(({ route, stationM, aheadM, behindM, speedMps }) => {
    const met = route.crossings.find((place) => place.crossing.id === crossing.id)
    if (!met) return true
    const half = crossing.widthM / 2 + 1
    const toM = met.stationM - half - (stationM + aheadM)
    const leftM = stationM - behindM - (met.stationM + half)
    if (leftM > 0) return true
    if (toM < 0) return false
    return (speedMps < 0.3 && toM > 0.2) || toM > speedMps ** 2 / (2 * TRUSTED_MPS2) + speedMps * SEEN_S + 2
  })

/** All people one step of time later. */
export const advanceWalkers = (
  walkers: readonly WalkerState[],
  drivers: readonly DriverState[],
  lightAt: (signalId: string, timeS: number) => Light,
  timeS: number,
  stepS: number,
): readonly WalkerState[] =>
  walkers.map((walker) => {
    const { plan, walkedM } = walker
    const done = walkedM >= plan.lengthM
    if (done || timeS < plan.startS) return walker.speedMps === 0 ? walker : { ...walker, speedMps: 0 }
    const { crossing } = plan
    if (crossing && walkedM === 0) {
      const acrossS = plan.lengthM / plan.speedMps
      const { signalId } = crossing
      const mayGo =
        signalId === undefined ||
        [0, acrossS / 2, acrossS].every((laterS) => lightAt(signalId, timeS + laterS) === 'red')
      if (!mayGo || !isSafe(crossing, drivers)) return walker
    }
    return { plan, walkedM: Math.min(walkedM + plan.speedMps * stepS, plan.lengthM), speedMps: plan.speedMps }
  })

/** From kerb to kerb, a little behind either. */
export const walkAcross = (
  crossing: Crossing,
  reversed: boolean,
  asideM: number,
): { from: PlanarPose; lengthM: number } => {
  const [a, b] = reversed ? [crossing.to, crossing.from] : [crossing.from, crossing.to]
  const headingRad = Math.atan2(b.yM - a.yM, b.xM - a.xM)
  const { xM } = relativePlanar({ ...a, headingRad }, { ...b, headingRad })
  const [cosine, sine] = [Math.cos(headingRad), Math.sin(headingRad)]
  return {
    from: {
      xM: a.xM - KERB_WAIT_M * cosine - asideM * sine,
      yM: a.yM - KERB_WAIT_M * sine + asideM * cosine,
      headingRad,
    },
    lengthM: xM + 2 * KERB_WAIT_M,
  }
}

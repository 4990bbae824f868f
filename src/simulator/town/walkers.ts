import { normaliseAngle, type PlanarPose } from '#geometry'
import { poseOnRoad } from '../road.ts'
import type { TownPlan, WalkerPlan } from './town-plan.ts'

/** A person as it is now. */
export interface WalkerState {
  readonly plan: WalkerPlan
  readonly pose: PlanarPose
  readonly speedMps: number
  /** Walked so far; m. Its legs follow. */
  readonly walkedM: number
}

/** Where a person is at a time since the world began; s. Along a bend it follows the bend. */
export const walkerAt = ({ road }: TownPlan, plan: WalkerPlan, timeS: number): WalkerState => {
  const { from, to, startS } = plan
  const alongM = to.stationM - from.stationM
  const acrossM = to.lateralM - from.lateralM
  const lengthM = Math.hypot(alongM, acrossM)
  const walkedM = Math.min(Math.max((timeS - startS) * plan.speedMps, 0), lengthM)
  const fraction = walkedM / lengthM
  const place = poseOnRoad(road, from.stationM + alongM * fraction, from.lateralM + acrossM * fraction)
  return {
    plan,
    pose: { ...place, headingRad: normaliseAngle(place.headingRad + Math.atan2(acrossM, alongM)) },
    speedMps: walkedM > 0 && walkedM < lengthM ? plan.speedMps : 0,
    walkedM,
  }
}

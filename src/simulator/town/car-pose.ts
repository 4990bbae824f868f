import { normaliseAngle, type PlanarPose } from '#geometry'
import { poseOnRoad } from '../road.ts'
import type { TownPlan } from './town-plan.ts'
import type { CarState } from './traffic.ts'

/** Of a car's middle, in the map frame. */
export const poseOfCar = ({ road }: TownPlan, { plan, stationM }: CarState): PlanarPose => {
  const along = poseOnRoad(road, stationM, plan.lateralM)
  return plan.direction === 1 ? along : { ...along, headingRad: normaliseAngle(along.headingRad + Math.PI) }
}

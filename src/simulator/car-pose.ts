import { normaliseAngle, type PlanarPose } from '#geometry'
import { poseOnRoad } from './road.ts'
import type { CarState } from './traffic.ts'
import type { World } from './world.ts'

/** Of a car's middle, in the map frame. */
export const poseOfCar = ({ road }: World, { plan, stationM }: CarState): PlanarPose => {
  const along = poseOnRoad(road, stationM, plan.lateralM)
  return plan.direction === 1 ? along : { ...along, headingRad: normaliseAngle(along.headingRad + Math.PI) }
}

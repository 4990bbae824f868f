import type { Vehicle } from '#calibration'
import { composePlanar, normaliseAngle } from '#geometry'
import { middleAheadM } from '../ego-body.ts'
import type { EgoMotion } from '../moment.ts'
import { curvatureAt, placeOnRoad, poseOnRoad } from '../road.ts'
import { driverAcceleration, stepSpeed } from '../traffic/idm.ts'
import type { TownPlan } from './town-plan.ts'
import { type Occupant, obstacleAhead } from './traffic.ts'

/** Where the ego stands on the road, for those who look out for it. */
export const occupantOfEgo = (world: TownPlan, ego: EgoMotion, vehicle: Vehicle): Occupant => {
  const middle = composePlanar(ego.pose, { xM: middleAheadM(vehicle), yM: 0, headingRad: 0 })
  return { ...placeOnRoad(world.road, middle), speedMps: ego.speedMps, lengthM: vehicle.lengthM }
}

/** The ego's own driver: keeps to its lane with the rear axle, to its speed, behind the others and at the red light. */
export const driveAlongRoad = (
  world: TownPlan,
  ego: EgoMotion,
  vehicle: Vehicle,
  others: readonly Occupant[],
  timeS: number,
  stepS: number,
): EgoMotion => {
  const { stationM, lateralM } = placeOnRoad(world.road, ego.pose)
  const self = { ...occupantOfEgo(world, ego, vehicle), direction: 1 as const }
  const obstacle = obstacleAhead(world, timeS, self, others)
  const wanted = driverAcceleration(ego.speedMps, world.ego.desiredSpeedMps, obstacle)
  const { speedMps, accelerationMps2, distanceM } = stepSpeed(ego.speedMps, wanted, stepS)
  // Right of the centre line of a left bend a metre of lane is less than a metre of station.
  const stationsPerM = 1 / (1 - lateralM * curvatureAt(world.road, stationM))
  const pose = poseOnRoad(world.road, stationM + distanceM * stationsPerM, lateralM)
  return {
    pose,
    speedMps,
    accelerationMps2,
    yawRateRadps: normaliseAngle(pose.headingRad - ego.pose.headingRad) / stepS,
  }
}

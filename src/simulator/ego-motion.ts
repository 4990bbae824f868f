import type { Vehicle } from '#calibration'
import { composePlanar, normaliseAngle, type PlanarPose, poseAtTime } from '#geometry'
import { secondsBetween, type Verdict } from '#messages'
import { curvatureAt, placeOnRoad, poseOnRoad } from './road.ts'
import { driverAcceleration, type Occupant, obstacleAhead, stepSpeed } from './traffic.ts'
import type { World } from './world.ts'

/** The ego as it is now; its pose is of the rear axle, in the map frame. */
export interface EgoMotion {
  readonly pose: PlanarPose
  readonly speedMps: number
  readonly accelerationMps2: number
  readonly yawRateRadps: number
}

/** Middle of the vehicle before the rear axle; m. */
export const middleAheadM = ({ lengthM, rearOverhangM }: Vehicle): number => lengthM / 2 - rearOverhangM

/** Where the ego stands on the road, for those who look out for it. */
export const occupantOfEgo = (world: World, ego: EgoMotion, vehicle: Vehicle): Occupant => {
  const middle = composePlanar(ego.pose, { xM: middleAheadM(vehicle), yM: 0, headingRad: 0 })
  return { ...placeOnRoad(world.road, middle), speedMps: ego.speedMps, lengthM: vehicle.lengthM }
}

/** The ego's own driver: keeps to its lane with the rear axle, to its speed, behind the others and at the red light. */
export const driveAlongRoad = (
  world: World,
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

/** The ego where a verdict wants it at `nowNs`, exactly; undefined once the verdict has run out. */
export const driveByVerdict = (
  verdict: Verdict,
  mapFromEgoAtVerdict: PlanarPose,
  ego: EgoMotion,
  nowNs: bigint,
  stepS: number,
): EgoMotion | undefined => {
  const steps = verdict.steps.flatMap(({ timeNs, poseInEgo }) =>
    poseInEgo ? [{ timeS: secondsBetween(verdict.timeNs, timeNs), pose: poseInEgo }] : [],
  )
  const poses = [{ timeS: 0, pose: { xM: 0, yM: 0, headingRad: 0 } }, ...steps]
  const wanted = poseAtTime(poses, secondsBetween(verdict.timeNs, nowNs))
  if (!wanted) return undefined
  const pose = composePlanar(mapFromEgoAtVerdict, wanted)
  const movedM = Math.hypot(pose.xM - ego.pose.xM, pose.yM - ego.pose.yM)
  const speedMps = movedM / stepS
  return {
    pose,
    speedMps,
    accelerationMps2: (speedMps - ego.speedMps) / stepS,
    yawRateRadps: normaliseAngle(pose.headingRad - ego.pose.headingRad) / stepS,
  }
}

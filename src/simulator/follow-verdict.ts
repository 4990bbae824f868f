import type { Vehicle } from '#calibration'
import { composePlanar, extrapolateConstantTurnRate, type PlanarPose, poseAtTime, relativePlanar } from '#geometry'
import { secondsBetween, type Verdict } from '#messages'
import type { EgoMotion } from './moment.ts'

/**
 * What a car can do about it. Accelerations: a middle-class car on a dry road; jerk: an emergency brake builds up in 0.45 s;
 * steering: the front wheels from lock to lock (1.2 rad) in 2 s.
 */
const ACTUATORS = { accelerationMps2: 3, decelerationMps2: 9, jerkMps3: 20, steeringRateRadps: 0.6 } as const
/** Pull of an error of place (1/s^2) and of speed (1/s): critically damped at 1.6 rad/s. */
const GAINS = { place: 2.5, speed: 3.2 } as const
/** Pure pursuit aims at where the verdict wants to be after this, but never nearer than this; s, m. */
const AIM_S = 0.7
const AIM_M = 2.5
/** Slower than this a car stands; m/s. */
const STANDING_MPS = 0.05

/** The ego one step later under a verdict, as a kinematic bicycle whose pedals and wheels have limits; undefined once the verdict has run out. */
export const followVerdict = (
  verdict: Verdict,
  mapFromEgoAtVerdict: PlanarPose,
  ego: EgoMotion,
  vehicle: Vehicle,
  nowNs: bigint,
  stepS: number,
): EgoMotion | undefined => {
  const steps = verdict.steps.flatMap(({ timeNs, poseInEgo }) =>
    poseInEgo ? [{ timeS: secondsBetween(verdict.timeNs, timeNs), pose: poseInEgo }] : [],
  )
  const poses = [{ timeS: 0, pose: { xM: 0, yM: 0, headingRad: 0 } }, ...steps]
  const nowS = secondsBetween(verdict.timeNs, nowNs)
  const endS = poses.at(-1)!.timeS
  /** Seen from the ego now; past the end the verdict stays where it ends. */
  const wantedAt = (timeS: number): PlanarPose | undefined => {
    const pose = poseAtTime(poses, Math.min(timeS, endS))
    return pose && relativePlanar(ego.pose, composePlanar(mapFromEgoAtVerdict, pose))
  }
  const [here, next, aim] = [wantedAt(nowS), wantedAt(nowS + stepS), wantedAt(nowS + AIM_S)]
  if (nowS + stepS > endS || !here || !next || !aim) return undefined

  const wantedMps = Math.hypot(next.xM - here.xM, next.yM - here.yM) / stepS
  const pulled = GAINS.place * here.xM + GAINS.speed * (wantedMps - ego.speedMps)
  const { accelerationMps2, decelerationMps2, jerkMps3, steeringRateRadps } = ACTUATORS
  const acceleration = within(
    within(pulled, -decelerationMps2, accelerationMps2),
    ego.accelerationMps2 - jerkMps3 * stepS,
    ego.accelerationMps2 + jerkMps3 * stepS,
  )
  const after = Math.max(ego.speedMps + acceleration * stepS, 0)
  const speedMps = after < STANDING_MPS && wantedMps < STANDING_MPS ? 0 : after

  const before = ego.steeringAngleRad ?? steeringOf(ego, vehicle)
  const distanceM = Math.hypot(aim.xM, aim.yM)
  const turnedRad =
    distanceM < 0.3 || aim.xM < 0 ? 0 : Math.atan((2 * vehicle.wheelbaseM * aim.yM) / aimSquared(distanceM))
  const steeringAngleRad = within(
    within(turnedRad, before - steeringRateRadps * stepS, before + steeringRateRadps * stepS),
    -vehicle.maxSteeringAngleRad,
    vehicle.maxSteeringAngleRad,
  )
  const curvature = Math.tan(steeringAngleRad) / vehicle.wheelbaseM
  const movedM = ((ego.speedMps + speedMps) / 2) * stepS
  return {
    pose: extrapolateConstantTurnRate(ego.pose, 1, curvature, movedM),
    speedMps,
    accelerationMps2: (speedMps - ego.speedMps) / stepS,
    yawRateRadps: speedMps * curvature,
    steeringAngleRad,
  }
}

const aimSquared = (distanceM: number): number => Math.max(distanceM, AIM_M) ** 2

/** Of a car that keeps to a line by itself. */
const steeringOf = ({ speedMps, yawRateRadps }: EgoMotion, { wheelbaseM }: Vehicle): number =>
  speedMps > STANDING_MPS ? Math.atan((yawRateRadps / speedMps) * wheelbaseM) : 0

const within = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)

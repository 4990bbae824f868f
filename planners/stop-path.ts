import {
  arcLengths,
  composePlanar,
  extrapolateConstantTurnRate,
  IDENTITY_PLANAR_POSE,
  interpolatePlanar,
  invertPlanar,
  type PlanarPose,
  poseAtArcLength,
  projectOnPolyline,
  trajectorySegments,
} from '#geometry'
import type { Vehicle } from './check.ts'
import type { Limits } from './limits.ts'

/** Where to stop along. */
export interface StopPath {
  /** At least two, in the ego frame now, in the order of driving. */
  readonly poses: readonly PlanarPose[]
  /** How many of them, from the first, were checked as part of a plan; the rest is guessed. */
  readonly checked: number
}

/** Slower than this, yaw rate over speed is mostly noise: 0.01 rad/s makes a bend of 100 m; m/s. */
const CURVATURE_FROM_MPS = 1
/** Between guessed poses; or the hundredth part of a long guess: no path needs more; m. */
const GUESS_STEP_M = 2
const GUESS_STEPS = 100
/** Poses nearer than this to the last are a standing end: they say no direction; m. */
const STANDING_M = 0.05
/** The way back onto the path takes the time of half a lane change; s. */
const MERGE_S = 2
/** And never less than a car's length, or a slow car would turn on the spot; m. */
const MERGE_AT_LEAST_M = 5

/** The poses, and on from the last of them on a circle. */
const goOn = (poses: readonly PlanarPose[], curvaturePerM: number, lengthM: number): readonly PlanarPose[] => {
  const from = poses.at(-1) ?? IDENTITY_PLANAR_POSE
  const stepM = Math.max(GUESS_STEP_M, lengthM / GUESS_STEPS)
  const guessed = Array.from({ length: Math.ceil(lengthM / stepM) }, (_, index) =>
    extrapolateConstantTurnRate(from, 1, curvaturePerM, (index + 1) * stepM),
  )
  return [...poses, ...guessed]
}

/** What the ego's present turn leads along, no tighter than steering and tyres allow; straight when the turn is not known. */
export const presentArc = (
  speedMps: number,
  yawRateRadps: number | undefined,
  lengthM: number,
  vehicle: Vehicle,
  limits: Limits,
): StopPath => {
  const tightest = Math.min(
    Math.tan(vehicle.maxSteeringAngleRad) / vehicle.wheelbaseM,
    limits.lateralAccelerationMps2 / (speedMps * speedMps),
  )
  const turns = yawRateRadps !== undefined && speedMps >= CURVATURE_FROM_MPS
  const curvaturePerM = turns ? Math.max(-tightest, Math.min(tightest, yawRateRadps / speedMps)) : 0
  return { poses: goOn([IDENTITY_PLANAR_POSE], curvaturePerM, lengthM), checked: 0 }
}

/** The path of a checked plan, and on from its end as its last segment turns; undefined when the plan goes nowhere. */
export const checkedPath = (planned: readonly PlanarPose[], lengthM: number): StopPath | undefined => {
  const poses: PlanarPose[] = []
  for (const pose of planned) {
    const before = poses.at(-1)
    if (!before || Math.hypot(pose.xM - before.xM, pose.yM - before.yM) > STANDING_M) poses.push(pose)
  }
  const [last] = trajectorySegments(poses.slice(-2).map((pose, index) => ({ timeS: index, pose })))
  return last && { poses: goOn(poses, last.curvaturePerM, lengthM), checked: poses.length }
}

/** The place on the path beside the ego. */
interface Foot {
  /** From the first pose; m. */
  readonly alongM: number
  readonly pathFromEgo: PlanarPose
}

const footOf = ({ poses }: StopPath): Foot => {
  const alongM = projectOnPolyline(poses, IDENTITY_PLANAR_POSE)?.arcLengthM ?? 0
  return { alongM, pathFromEgo: invertPlanar(poseAlong(poses, alongM)) }
}

/** Pose at a distance along the path; on straight past its end. */
const poseAlong = (poses: readonly PlanarPose[], alongM: number): PlanarPose => {
  const lengths = arcLengths(poses)
  const to = lengths.findIndex((lengthM) => lengthM >= alongM)
  if (to < 0) return poseAtArcLength(poses, alongM)
  if (to === 0) return poses[0]!
  return interpolatePlanar(poses[to - 1]!, poses[to]!, (alongM - lengths[to - 1]!) / (lengths[to]! - lengths[to - 1]!))
}

/** How much of the checked part lies ahead of the ego; m. */
export const checkedAheadM = (path: StopPath): number =>
  path.checked === 0 ? 0 : Math.max(0, arcLengths(path.poses)[path.checked - 1]! - footOf(path).alongM)

/** Whether the ego is as near to the path as it must be to a plan. */
export const isOnPath = (path: StopPath, limits: Limits): boolean => {
  const { xM, yM, headingRad } = footOf(path).pathFromEgo
  return (
    Math.abs(xM) <= limits.longitudinalDeviationM &&
    Math.abs(yM) <= limits.lateralDeviationM &&
    Math.abs(headingRad) <= limits.headingDeviationRad
  )
}

/** The path seen from where the ego is later: `egoThenFromNow` is its pose now in the frame of the path. */
export const pathSeenFrom = (path: StopPath, egoThenFromNow: PlanarPose): StopPath => {
  const nowFromThen = invertPlanar(egoThenFromNow)
  return { ...path, poses: path.poses.map((pose) => composePlanar(nowFromThen, pose)) }
}

/** Poses at distances from the ego: begins at the ego itself, wherever beside the path it is, and merges onto it. */
export const posesAhead = (path: StopPath, speedMps: number, distancesM: readonly number[]): readonly PlanarPose[] => {
  const { alongM, pathFromEgo } = footOf(path)
  const mergeM = Math.max(MERGE_AT_LEAST_M, MERGE_S * speedMps)
  return distancesM.map((distanceM) => {
    const share = Math.max(0, 1 - distanceM / mergeM)
    // Smooth at both ends: no kink where it leaves the ego's heading or meets the path.
    const offset = share * share * (3 - 2 * share)
    return composePlanar(poseAlong(path.poses, alongM + distanceM), {
      xM: pathFromEgo.xM * offset,
      yM: pathFromEgo.yM * offset,
      headingRad: pathFromEgo.headingRad * offset,
    })
  })
}

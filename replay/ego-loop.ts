import { create } from '@bufbuild/protobuf'
import {
  composePlanar,
  composeTransforms,
  IDENTITY_PLANAR_POSE,
  interpolateVectors,
  invertPlanar,
  type PlanarPose,
  planarFromTransform,
  poseFromTransform,
  relativePlanar,
  slerp,
  type Transform,
  transformFromPlanar,
  transformFromPose,
  type Vector3,
} from '#geometry'
import { type EgoState, EgoStateSchema, PoseSchema } from '#messages'
import { alongArc, poseOnArc } from './arc.ts'

/** The car's state at one instant of a tape. */
export interface EgoSample {
  /** Capture stamp after the tape's first; ns. */
  readonly offsetNs: bigint
  readonly state: EgoState
}

/** Makes the car go on where one turn of the loop ended, instead of jumping back to where the tape began. */
export interface EgoLoop {
  /** The state in the given turn of the loop, from 0: its pose moved by what the car moves in so many periods. */
  inTurn(state: EgoState, turn: number): EgoState
  /** On the way from `a` to `b`: pose on an arc, the rest on a straight line; what one of them lacks is absent. */
  between(a: EgoState, b: EgoState, fraction: number): EgoState
}

/** Speed and yaw rate at the end of the tape are taken over at most this long: longer, and a bend before it would count; ns. */
const END_WINDOW_NS = 500_000_000n

/** `samples` in order of their offsets. Height goes on as the plane does; roll and pitch repeat. */
export const createEgoLoop = (samples: readonly EgoSample[], periodNs: bigint): EgoLoop => {
  const posed = samples.flatMap(({ offsetNs, state }) => {
    const pose = transformFromPose(state.poseInMap)
    return pose ? [{ offsetNs, state, pose }] : []
  })
  const motion = motionOverPeriod(posed, periodNs)

  const inTurn = (state: EgoState, turn: number): EgoState => {
    const pose = transformFromPose(state.poseInMap)
    if (!pose || turn === 0) return state
    const moved = composePlanar(
      composePlanar(motion.first, poseOnArc(IDENTITY_PLANAR_POSE, motion.planar, turn)),
      invertPlanar(motion.first),
    )
    const { translation, rotation } = composeTransforms(transformFromPlanar(moved), pose)
    const lifted = { ...translation, z: translation.z + turn * motion.climbM }
    return { ...state, poseInMap: create(PoseSchema, poseFromTransform({ translation: lifted, rotation })) }
  }
  return { inTurn, between }
}

interface PosedSample extends EgoSample {
  readonly pose: Transform
}

interface PeriodMotion {
  /** Where the tape begins, in the map. */
  readonly first: PlanarPose
  /** Pose one period later, seen from `first`. */
  readonly planar: PlanarPose
  readonly climbM: number
}

const motionOverPeriod = (posed: readonly PosedSample[], periodNs: bigint): PeriodMotion => {
  const first = posed[0]
  const last = posed.at(-1)
  if (!first || !last) return { first: IDENTITY_PLANAR_POSE, planar: IDENTITY_PLANAR_POSE, climbM: 0 }
  const firstPlanar = planarFromTransform(first.pose)
  const windowStart = posed.findLast(({ offsetNs }) => last.offsetNs - offsetNs >= END_WINDOW_NS) ?? first
  if (windowStart.offsetNs === last.offsetNs) {
    const { velocityInEgoMps: velocity, yawRateRadps = 0 } = first.state
    const periodS = Number(periodNs) / 1e9
    const { x = 0, y = 0 } = velocity ?? {}
    const planar = alongArc(IDENTITY_PLANAR_POSE, Math.atan2(y, x), Math.hypot(x, y) * periodS, yawRateRadps * periodS)
    return { first: firstPlanar, planar, climbM: 0 }
  }
  const windows =
    Number(first.offsetNs + periodNs - windowStart.offsetNs) / Number(last.offsetNs - windowStart.offsetNs)
  const end = poseOnArc(planarFromTransform(windowStart.pose), planarFromTransform(last.pose), windows)
  const startZ = windowStart.pose.translation.z
  const endZ = startZ + (last.pose.translation.z - startZ) * windows
  return { first: firstPlanar, planar: relativePlanar(firstPlanar, end), climbM: endZ - first.pose.translation.z }
}

const between = (a: EgoState, b: EgoState, fraction: number): EgoState => {
  const poseInMap = poseBetween(a, b, fraction)
  const velocityInEgoMps = vectorBetween(a.velocityInEgoMps, b.velocityInEgoMps, fraction)
  const accelerationInEgoMps2 = vectorBetween(a.accelerationInEgoMps2, b.accelerationInEgoMps2, fraction)
  const yawRateRadps = numberBetween(a.yawRateRadps, b.yawRateRadps, fraction)
  const steeringAngleRad = numberBetween(a.steeringAngleRad, b.steeringAngleRad, fraction)
  return create(EgoStateSchema, {
    ...(poseInMap ? { poseInMap } : {}),
    ...(velocityInEgoMps ? { velocityInEgoMps } : {}),
    ...(accelerationInEgoMps2 ? { accelerationInEgoMps2 } : {}),
    ...(yawRateRadps === undefined ? {} : { yawRateRadps }),
    ...(steeringAngleRad === undefined ? {} : { steeringAngleRad }),
  })
}

const poseBetween = (a: EgoState, b: EgoState, fraction: number) => {
  const poseA = transformFromPose(a.poseInMap)
  const poseB = transformFromPose(b.poseInMap)
  if (!poseA || !poseB) return undefined
  const { xM, yM } = poseOnArc(planarFromTransform(poseA), planarFromTransform(poseB), fraction)
  const z = numberBetween(poseA.translation.z, poseB.translation.z, fraction) as number
  return poseFromTransform({
    translation: { x: xM, y: yM, z },
    rotation: slerp(poseA.rotation, poseB.rotation, fraction),
  })
}

const vectorBetween = (a: Vector3 | undefined, b: Vector3 | undefined, fraction: number): Vector3 | undefined =>
  a && b ? interpolateVectors(a, b, fraction) : undefined

const numberBetween = (a: number | undefined, b: number | undefined, fraction: number): number | undefined =>
  a === undefined || b === undefined ? undefined : a * (1 - fraction) + b * fraction

import { quaternionFromYaw, yawOfQuaternion } from './quaternion.ts'
import type { Transform } from './transform.ts'

/** A point on the ground plane of the frame that its name gives; m. */
export interface PlanarPoint {
  readonly xM: number
  readonly yM: number
}

/** A pose on the ground plane; heading counter-clockwise from x, rad. outrider.PlanarPose has this shape. */
export interface PlanarPose extends PlanarPoint {
  readonly headingRad: number
}

export const IDENTITY_PLANAR_POSE: PlanarPose = { xM: 0, yM: 0, headingRad: 0 }

/** The same angle in (-pi, pi]; one that is already there comes back bit for bit. */
export const normaliseAngle = (angleRad: number): number => {
  const turned = angleRad - 2 * Math.PI * Math.round(angleRad / (2 * Math.PI))
  return turned <= -Math.PI ? turned + 2 * Math.PI : turned
}

export const planarPointInTarget = (aFromB: PlanarPose, pointInB: PlanarPoint): PlanarPoint => {
  const cos = Math.cos(aFromB.headingRad)
  const sin = Math.sin(aFromB.headingRad)
  return {
    xM: aFromB.xM + cos * pointInB.xM - sin * pointInB.yM,
    yM: aFromB.yM + sin * pointInB.xM + cos * pointInB.yM,
  }
}

/** `aFromB` is b's pose in a, `bFromC` c's pose in b; the result is c's pose in a. */
export const composePlanar = (aFromB: PlanarPose, bFromC: PlanarPose): PlanarPose => {
  // Named, not spread: a made-up world composes poses millions of times.
  const { xM, yM } = planarPointInTarget(aFromB, bFromC)
  return { xM, yM, headingRad: normaliseAngle(aFromB.headingRad + bFromC.headingRad) }
}

export const invertPlanar = ({ xM, yM, headingRad }: PlanarPose): PlanarPose => {
  const cos = Math.cos(headingRad)
  const sin = Math.sin(headingRad)
  return { xM: -cos * xM - sin * yM, yM: sin * xM - cos * yM, headingRad: normaliseAngle(-headingRad) }
}

/** `pose` seen from `observer`, both given in one frame. */
export const relativePlanar = (observer: PlanarPose, pose: PlanarPose): PlanarPose =>
  composePlanar(invertPlanar(observer), pose)

/** Position on the straight line, heading on the shorter arc; `a` at fraction 0, `b` at 1. */
export const interpolatePlanar = (a: PlanarPose, b: PlanarPose, fraction: number): PlanarPose => ({
  xM: a.xM * (1 - fraction) + b.xM * fraction,
  yM: a.yM * (1 - fraction) + b.yM * fraction,
  headingRad: normaliseAngle(a.headingRad + normaliseAngle(b.headingRad - a.headingRad) * fraction),
})

/** Height, roll and pitch are dropped: position straight down, heading of the x axis. */
export const planarFromTransform = ({ translation, rotation }: Transform): PlanarPose => ({
  xM: translation.x,
  yM: translation.y,
  headingRad: yawOfQuaternion(rotation),
})

/** On the plane z = 0. */
export const transformFromPlanar = ({ xM, yM, headingRad }: PlanarPose): Transform => ({
  translation: { x: xM, y: yM, z: 0 },
  rotation: quaternionFromYaw(headingRad),
})

/** Where a body that keeps its speed (m/s, along x) and yaw rate (rad/s) is after `durationS`; negative goes back. */
export const extrapolateConstantTurnRate = (
  pose: PlanarPose,
  speedMps: number,
  yawRateRadps: number,
  durationS: number,
): PlanarPose => {
  const turnRad = yawRateRadps * durationS
  const arcM = speedMps * durationS
  // The chord of an arc leaves at half the turn: no division by the yaw rate, so no special case for straight ahead.
  const chordM = arcM * sinc(turnRad / 2)
  return composePlanar(pose, {
    xM: chordM * Math.cos(turnRad / 2),
    yM: chordM * Math.sin(turnRad / 2),
    headingRad: turnRad,
  })
}

/** sin(x) / x, 1 at 0. */
export const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x) / x)

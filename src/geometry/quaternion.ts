import { quat } from 'gl-matrix'
import type { Vector3 } from './vector.ts'

/** A rotation, of unit length; foxglove.Quaternion has this shape. Rotations are active: vectors in b -> vectors in a. */
export interface Quaternion {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly w: number
}

/** Row-major 3x3. */
export type Matrix3 = readonly [number, number, number, number, number, number, number, number, number]

export const IDENTITY_QUATERNION: Quaternion = { x: 0, y: 0, z: 0, w: 1 }

// gl-matrix allocates Float32Array where it may choose: every `out` here is a plain tuple, for double precision.
type Tuple = [number, number, number, number]
const out = (): Tuple => [0, 0, 0, 1]
const tuple = (q: Quaternion): Tuple => [q.x, q.y, q.z, q.w]
const fromTuple = ([x, y, z, w]: Tuple): Quaternion => ({ x, y, z, w })

/** `aFromB` after `bFromC`. */
export const multiplyQuaternions = (aFromB: Quaternion, bFromC: Quaternion): Quaternion =>
  fromTuple(quat.multiply(out(), tuple(aFromB), tuple(bFromC)) as Tuple)

/** The inverse of a unit quaternion. */
export const conjugateQuaternion = (q: Quaternion): Quaternion => ({ x: -q.x, y: -q.y, z: -q.z, w: q.w })

export const quaternionLength = (q: Quaternion): number => Math.hypot(q.x, q.y, q.z, q.w)

/** Of length 1; the zero quaternion stays zero. */
export const normaliseQuaternion = (q: Quaternion): Quaternion => fromTuple(quat.normalize(out(), tuple(q)) as Tuple)

/** v + 2 r x (r x v + w v), r the vector part: exact for the identity. */
export const rotateVector = (aFromB: Quaternion, vectorInB: Vector3): Vector3 => {
  const { x, y, z, w } = aFromB
  const { x: vx, y: vy, z: vz } = vectorInB
  const tx = 2 * (y * vz - z * vy)
  const ty = 2 * (z * vx - x * vz)
  const tz = 2 * (x * vy - y * vx)
  return {
    x: vx + w * tx + y * tz - z * ty,
    y: vy + w * ty + z * tx - x * tz,
    z: vz + w * tz + x * ty - y * tx,
  }
}

/** On the shorter arc, at constant angular rate; `a` at fraction 0, `b` (or its negative) at 1. */
export const slerp = (a: Quaternion, b: Quaternion, fraction: number): Quaternion =>
  normaliseQuaternion(fromTuple(quat.slerp(out(), tuple(a), tuple(b), fraction) as Tuple))

/** About z, counter-clockwise. */
export const quaternionFromYaw = (yawRad: number): Quaternion => ({
  x: 0,
  y: 0,
  z: Math.sin(yawRad / 2),
  w: Math.cos(yawRad / 2),
})

/** Heading of the rotated x axis on the xy plane; rad in (-pi, pi]. Undefined in meaning when x points straight up or down. */
export const yawOfQuaternion = (q: Quaternion): number =>
  Math.atan2(2 * (q.w * q.z + q.x * q.y), 1 - 2 * (q.y * q.y + q.z * q.z))

/** Angle of the shortest rotation from `a` to `b`; rad in [0, pi]. */
export const angleBetweenQuaternions = (a: Quaternion, b: Quaternion): number => {
  const { x, y, z, w } = multiplyQuaternions(conjugateQuaternion(a), b)
  return 2 * Math.atan2(Math.hypot(x, y, z), Math.abs(w))
}

export const matrixFromQuaternion = ({ x, y, z, w }: Quaternion): Matrix3 => [
  1 - 2 * (y * y + z * z),
  2 * (x * y - w * z),
  2 * (x * z + w * y),
  2 * (x * y + w * z),
  1 - 2 * (x * x + z * z),
  2 * (y * z - w * x),
  2 * (x * z - w * y),
  2 * (y * z + w * x),
  1 - 2 * (x * x + y * y),
]

/** Of a rotation matrix (orthonormal, determinant 1), row-major. */
export const quaternionFromMatrix = (m: Matrix3): Quaternion =>
  // gl-matrix is column-major: handed row-major numbers it sees the transpose, hence the conjugate.
  conjugateQuaternion(fromTuple(quat.fromMat3(out(), [...m]) as Tuple))

import { addVectors, conjugateQuaternion, type Quaternion, rotateVector, type Vector3 } from '#geometry'

/** Standard gravity; the true one is within 0.3 % of it on all roads, less than an accelerometer knows; m/s^2. */
const GRAVITY_MPS2 = 9.80665
/** Shaking of engine and road is gone from a mean over this, braking is not (comma2k19: 0.09 m/s^2 from the change of velocity); s to either side. */
export const ACCELERATION_WINDOW_S = 0.1
/** One period of ego state at 20 Hz; s to either side. */
export const RATE_WINDOW_S = 0.05

/** What an accelerometer feels, in the ego frame, -> acceleration over ground: at rest it feels the ground push it up. */
export const withoutGravity = (forceInEgo: Vector3, mapFromEgo: Quaternion): Vector3 =>
  addVectors(forceInEgo, rotateVector(conjugateQuaternion(mapFromEgo), { x: 0, y: 0, z: -GRAVITY_MPS2 }))

export const vectorOfNumbers = ([x = 0, y = 0, z = 0]: readonly number[]): Vector3 => ({ x, y, z })

export const crossProduct = (a: Vector3, b: Vector3): Vector3 => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
})

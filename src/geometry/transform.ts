import type { Pose } from '#messages'
import {
  conjugateQuaternion,
  IDENTITY_QUATERNION,
  multiplyQuaternions,
  normaliseQuaternion,
  type Quaternion,
  rotateVector,
  slerp,
} from './quaternion.ts'
import { addVectors, interpolateVectors, scaleVector, type Vector3, ZERO_VECTOR } from './vector.ts'

/** A rigid change of frame. Named target first: `mapFromEgo` takes points in ego to points in map; it is also ego's pose in map. */
export interface Transform {
  /** Origin of the source frame, in the target frame; m. */
  readonly translation: Vector3
  readonly rotation: Quaternion
}

export const IDENTITY_TRANSFORM: Transform = { translation: ZERO_VECTOR, rotation: IDENTITY_QUATERNION }

export const applyTransform = (aFromB: Transform, pointInB: Vector3): Vector3 =>
  addVectors(rotateVector(aFromB.rotation, pointInB), aFromB.translation)

export const composeTransforms = (aFromB: Transform, bFromC: Transform): Transform => ({
  translation: applyTransform(aFromB, bFromC.translation),
  rotation: multiplyQuaternions(aFromB.rotation, bFromC.rotation),
})

export const invertTransform = (aFromB: Transform): Transform => {
  const bFromARotation = conjugateQuaternion(aFromB.rotation)
  return { translation: scaleVector(rotateVector(bFromARotation, aFromB.translation), -1), rotation: bFromARotation }
}

/** Translation on the straight line, rotation on the shorter arc; `a` at fraction 0, `b` at 1. */
export const interpolateTransforms = (a: Transform, b: Transform, fraction: number): Transform => ({
  translation: interpolateVectors(a.translation, b.translation, fraction),
  rotation: slerp(a.rotation, b.rotation, fraction),
})

/** A message's pose as a transform, or undefined where a part is absent or its rotation has no length. */
export const transformFromPose = (pose: Pose | undefined): Transform | undefined => {
  if (!pose?.position || !pose.orientation) return undefined
  const { x, y, z } = pose.position
  const rotation = normaliseQuaternion(pose.orientation)
  if (rotation.x === 0 && rotation.y === 0 && rotation.z === 0 && rotation.w === 0) return undefined
  return { translation: { x, y, z }, rotation }
}

/** Init for a foxglove.Pose. */
export const poseFromTransform = ({
  translation,
  rotation,
}: Transform): { position: Vector3; orientation: Quaternion } => ({ position: translation, orientation: rotation })

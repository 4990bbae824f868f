import { type PlanarPoint, rotateVector, scaleVector, type Vector3, vectorLength } from '#geometry'
import type { Pixel } from './models/camera-model.ts'
import { modelOf } from './models/index.ts'
import type { RigCamera } from './rig-schema.ts'

/** A half line in the ego frame. */
export interface Ray {
  /** The camera's place; m. */
  readonly origin: Vector3
  /** Of unit length. */
  readonly direction: Vector3
}

/** What a pixel looks along, in the ego frame; undefined where the lens model does not hold. */
export const rayThroughPixel = (camera: RigCamera, pixel: Pixel): Ray | undefined => {
  const inCamera = modelOf(camera.model).direction(camera.model, pixel)
  if (!inCamera) return undefined
  const direction = rotateVector(camera.egoFromCamera.rotation, inCamera)
  return {
    origin: camera.egoFromCamera.translation,
    direction: scaleVector(direction, 1 / vectorLength(direction)),
  }
}

/**
 * Where the ray through a pixel meets the ground that the car stands on (z = 0 in ego); undefined at and above the
 * horizon. One pixel near the horizon is many metres: the caller decides how far to believe it.
 */
export const groundPointAtPixel = (camera: RigCamera, pixel: Pixel): PlanarPoint | undefined => {
  const ray = rayThroughPixel(camera, pixel)
  if (!ray || ray.direction.z >= 0 || ray.origin.z <= 0) return undefined
  const rangeM = -ray.origin.z / ray.direction.z
  return { xM: ray.origin.x + rangeM * ray.direction.x, yM: ray.origin.y + rangeM * ray.direction.y }
}

import { type Rig, rigSchema } from '#calibration'
import { OutriderError } from '#errors'
import {
  conjugateQuaternion,
  dotProduct,
  multiplyQuaternions,
  type Quaternion,
  quaternionFromMatrix,
  rotateVector,
  scaleVector,
  subtractVectors,
  type Transform,
  type Vector3,
  vectorLength,
} from '#geometry'
import type { Comma2k19Car } from './comma2k19-car.ts'

/**
 * Where the device sits in the ego frame; m. Up: openpilot's height of the camera (model_height, common/transformations/model.py).
 * Forward: no document says; behind the mirror of either car is about 1.1 m behind the front axle, so within 0.3 m of this.
 */
const DEVICE_IN_EGO: Vector3 = { x: 1.5, y: 0, z: 1.22 }

/** Slower, the direction of the velocity is noise; m/s. */
const LEAST_SPEED_MPS = 5
/** Frames at such speed that tell the direction: half a second of them. */
const LEAST_FRAMES = 10

/** deviceFromView of comma2k19's utils/camera.py: x forward = depth, y right = x of the image, z down = y of the image. */
const DEVICE_FROM_CAMERA: Quaternion = quaternionFromMatrix([0, 0, 1, 1, 0, 0, 0, 1, 0])

/** EON's camera, by comma2k19's utils/camera.py: px. */
const FOCAL_PX = 910
const WIDTH_PX = 1164
const HEIGHT_PX = 874

/**
 * How the device is turned in the car: the car goes where it points, so the median direction of its velocity in the
 * device frame is the ego's x. Its roll is taken as 0, as comma does: a tilt of the road to one side looks the same.
 * Throws OutriderError IMPORT_STANDS_STILL.
 */
export const egoFromDevice = (velocitiesInDevice: readonly Vector3[], folder: string): Transform => {
  const directions = velocitiesInDevice
    .filter((velocity) => vectorLength(velocity) >= LEAST_SPEED_MPS)
    .map((velocity) => scaleVector(velocity, 1 / vectorLength(velocity)))
  if (directions.length < LEAST_FRAMES) {
    throw new OutriderError({
      code: 'IMPORT_STANDS_STILL',
      expected: `${folder}: ${LEAST_FRAMES} frames at ${LEAST_SPEED_MPS} m/s or more, to know how the device is mounted`,
      found: `${directions.length} of ${velocitiesInDevice.length}`,
      next: 'choose another minute of the same route',
    })
  }
  const x = unit({
    x: median(directions.map((direction) => direction.x)),
    y: median(directions.map((direction) => direction.y)),
    z: median(directions.map((direction) => direction.z)),
  })
  const up: Vector3 = { x: 0, y: 0, z: -1 }
  const z = unit(subtractVectors(up, scaleVector(x, dotProduct(up, x))))
  const y: Vector3 = { x: z.y * x.z - z.z * x.y, y: z.z * x.x - z.x * x.z, z: z.x * x.y - z.y * x.x }
  return {
    translation: DEVICE_IN_EGO,
    rotation: quaternionFromMatrix([x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z]),
  }
}

const unit = (vector: Vector3): Vector3 => scaleVector(vector, 1 / vectorLength(vector))

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

/** ecefFromDevice and a velocity in ECEF -> the velocity in the device frame. */
export const inDevice = (ecefFromDevice: Quaternion, velocityInEcef: Vector3): Vector3 =>
  rotateVector(conjugateQuaternion(ecefFromDevice), velocityInEcef)

export const COMMA2K19_RIG_COMMENT = `Camera: comma EON, focal length and size by comma2k19's utils/camera.py; an ideal lens, as there. The tape has no images.
Rotation: measured, the median direction of travel; roll taken as 0. Height 1.22 m as in openpilot; 1.5 m ahead of the rear axle is an assumption.
Wheelbase by openpilot where the car is known; the rest of the vehicle are Outrider's defaults.
comma2k19 is MIT licensed (github.com/commaai/comma2k19).`

export const comma2k19Rig = (mounting: Transform, car: Comma2k19Car | undefined): Rig =>
  rigSchema.parse({
    name: `comma2k19 ${car?.name ?? 'car'}`,
    cameras: [
      {
        view: 'front',
        width: WIDTH_PX,
        height: HEIGHT_PX,
        model: { kind: 'pinhole', fx: FOCAL_PX, fy: FOCAL_PX, cx: WIDTH_PX / 2, cy: HEIGHT_PX / 2 },
        egoFromCamera: {
          translation: mounting.translation,
          rotation: multiplyQuaternions(mounting.rotation, DEVICE_FROM_CAMERA),
        },
      },
    ],
    ...(car ? { vehicle: { wheelbaseM: car.wheelbaseM } } : {}),
  })

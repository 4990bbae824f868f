import type { z } from 'zod'
import type { Vector3 } from '#geometry'

/** A place in the image as the camera took it; (0, 0) is the centre of the top left pixel, x right, y down. */
export interface Pixel {
  readonly x: number
  readonly y: number
}

/** How a lens draws. One file a model; calibration/README.md says how to add one. */
export interface CameraModel<Intrinsics extends { readonly kind: string }> {
  readonly kind: Intrinsics['kind']
  /** Of the `model` mapping in the rig file. */
  readonly schema: z.ZodType<Intrinsics>
  /** Whether straight lines in space are straight in the image. */
  readonly straight: boolean
  /** Camera frame (optical) -> image. Undefined where the lens does not see, or the model does not hold. */
  project(intrinsics: Intrinsics, pointInCamera: Vector3): Pixel | undefined
  /** Widest field of view that this model is good for; degrees. */
  readonly widestDeg: number
  /** Image -> direction in the camera frame, of any length. Undefined where no direction falls on that pixel. */
  direction(intrinsics: Intrinsics, pixel: Pixel): Vector3 | undefined
  /** As foxglove.CameraCalibration names it. */
  distortion(intrinsics: Intrinsics): { readonly model: string; readonly coefficients: readonly number[] }
}

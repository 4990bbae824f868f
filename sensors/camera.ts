import { probeImage } from '#image'
import {
  CompressedImageSchema,
  cameraTopic,
  nsFromTimestamp,
  RawImageSchema,
  rawCameraTopic,
  type View,
} from '#messages'
import { validatePayload } from './payload.ts'
import { malformed, type Sensor, type Validation } from './sensor.ts'

/** What a sensor needs to know of one of the rig's cameras; a rig's camera has this shape. */
export interface CameraFacts {
  readonly view: View
  /** px. */
  readonly width: number
  /** px. */
  readonly height: number
  /** Added to the camera's stamps to get the instant of the exposure; ms. */
  readonly timeOffsetMs: number
}

/** Bytes of a pixel, by foxglove.RawImage.encoding: those that the model's preprocessing takes. */
const RAW_PIXEL_BYTES: Readonly<Record<string, number>> = { rgb8: 3, bgr8: 3, rgba8: 4, bgra8: 4, mono8: 1 }

const mismatch = (message: string): Validation => ({ fault: { code: 'image-mismatch', message } })

const disagreesOnSize = (camera: CameraFacts, width: number, height: number): Validation | undefined =>
  width === camera.width && height === camera.height
    ? undefined
    : mismatch(`expected ${camera.width}x${camera.height}, as the rig says; found ${width}x${height}`)

const disagreesOnFrame = (view: View, frameId: string): Validation | undefined =>
  frameId === '' || frameId === `camera/${view}`
    ? undefined
    : mismatch(`expected frame_id camera/${view} or none; found ${frameId.slice(0, 80)}`)

/** JPEG or PNG as foxglove.CompressedImage on /sensors/camera/VIEW, of the size that the rig says. */
export const cameraSensor = (camera: CameraFacts): Sensor => ({
  topic: cameraTopic(camera.view),
  timeOffsetMs: camera.timeOffsetMs,
  newestOnly: true,
  validate: (payload) =>
    validatePayload(CompressedImageSchema, payload, ({ timestamp, frameId, format, data }) => {
      const probe = probeImage(data)
      if (!probe) return malformed(`expected a JPEG or PNG; found ${data.length} B that begin ${beginning(data)}`)
      if (probe.format !== format) {
        return mismatch(`expected format ${probe.format}, as the bytes are; found "${format.slice(0, 40)}"`)
      }
      return (
        disagreesOnSize(camera, probe.widthPx, probe.heightPx) ??
        disagreesOnFrame(camera.view, frameId) ?? { captureTimeNs: nsFromTimestamp(timestamp) }
      )
    }),
})

/** Uncompressed rows as foxglove.RawImage on /sensors/camera/VIEW/raw, of the size that the rig says. */
export const rawCameraSensor = (camera: CameraFacts): Sensor => ({
  topic: rawCameraTopic(camera.view),
  timeOffsetMs: camera.timeOffsetMs,
  newestOnly: true,
  validate: (payload) =>
    validatePayload(RawImageSchema, payload, ({ timestamp, frameId, width, height, encoding, step, data }) => {
      const pixelBytes = Object.hasOwn(RAW_PIXEL_BYTES, encoding) ? RAW_PIXEL_BYTES[encoding] : undefined
      if (pixelBytes === undefined) {
        return mismatch(
          `expected ${Object.keys(RAW_PIXEL_BYTES).join(', ')}; found encoding "${encoding.slice(0, 40)}"`,
        )
      }
      if (step < width * pixelBytes || data.length !== step * height) {
        return malformed(
          `expected ${height} rows of at least ${width * pixelBytes} B; found step ${step}, ${data.length} B`,
        )
      }
      return (
        disagreesOnSize(camera, width, height) ??
        disagreesOnFrame(camera.view, frameId) ?? { captureTimeNs: nsFromTimestamp(timestamp) }
      )
    }),
})

const beginning = (data: Uint8Array): string => Buffer.from(data.subarray(0, 8)).toString('hex') || 'nowhere'

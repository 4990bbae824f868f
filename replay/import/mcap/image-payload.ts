import { OutriderError } from '#errors'
import { cameraFrame } from '#geometry'
import {
  CompressedImageSchema,
  cameraTopic,
  encode,
  RawImageSchema,
  rawCameraTopic,
  timestampFromNs,
  type View,
} from '#messages'
import type { ForeignImage, ForeignRawImage } from './foreign-message.ts'

/** What sensors/camera.ts takes, by the names that ROS and Foxglove have for it. */
const ENCODINGS: Readonly<Record<string, string>> = {
  rgb8: 'rgb8',
  bgr8: 'bgr8',
  '8UC3': 'bgr8',
  rgba8: 'rgba8',
  bgra8: 'bgra8',
  mono8: 'mono8',
  '8UC1': 'mono8',
}

export const imageTopic = (view: View, kind: 'image' | 'raw' | 'video'): string =>
  kind === 'raw' ? rawCameraTopic(view) : cameraTopic(view)

/** The image as a camera of Outrider's would have published it, its pixels or bytes unchanged. Throws OutriderError IMPORT_IMAGE_FORMAT. */
export const imagePayload = (
  view: View,
  captureNs: bigint,
  image: Omit<ForeignImage, 'captureNs' | 'frameId'> | Omit<ForeignRawImage, 'captureNs' | 'frameId'>,
): Uint8Array => {
  const head = { timestamp: timestampFromNs(captureNs), frameId: cameraFrame(view) }
  if (image.kind === 'image') {
    const format = formatOf(image.data)
    if (format !== undefined) return encode(CompressedImageSchema, { ...head, format, data: image.data })
    throw refusal(
      view,
      'a JPEG or PNG',
      `bytes that begin ${Buffer.from(image.data.subarray(0, 8)).toString('hex') || 'nowhere'}`,
    )
  }
  const { width, height, step, data } = image
  const encoding = Object.hasOwn(ENCODINGS, image.encoding) ? ENCODINGS[image.encoding] : undefined
  if (encoding === undefined) throw refusal(view, Object.keys(ENCODINGS).join(', '), image.encoding)
  if (data.byteLength !== step * height)
    throw refusal(view, `${height} rows of ${step} bytes`, `${data.byteLength} bytes`)
  return encode(RawImageSchema, { ...head, width, height, encoding, step, data })
}

/** By its first bytes: what `format` holds differs from driver to driver. */
const formatOf = (data: Uint8Array): 'jpeg' | 'png' | undefined => {
  if (data[0] === 0xff && data[1] === 0xd8) return 'jpeg'
  return data[0] === 0x89 && data[1] === 0x50 && data[2] === 0x4e && data[3] === 0x47 ? 'png' : undefined
}

const refusal = (view: View, expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'IMPORT_IMAGE_FORMAT', expected: `images of ${view} as ${expected}`, found })

// Messages for the tests of the wire: the smallest that a sensor believes.
import { CompressedImageSchema, EgoStateSchema, encode, timestampFromNs, type View } from '#messages'

/** The header of a JPEG of this size, and no pixels: enough for a socket, which looks at no more. */
export const jpegHeader = (widthPx: number, heightPx: number, paddingBytes = 0): Uint8Array =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 17, 8, heightPx >> 8, heightPx & 255, widthPx >> 8, widthPx & 255, 3]),
    Buffer.from([1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]),
    Buffer.alloc(paddingBytes),
  ])

export const cameraPayload = (view: View, captureTimeNs: bigint, data: Uint8Array = jpegHeader(64, 48)): Uint8Array =>
  encode(CompressedImageSchema, {
    timestamp: timestampFromNs(captureTimeNs),
    frameId: `camera/${view}`,
    format: 'jpeg',
    data,
  })

export const egoPayload = (captureTimeNs: bigint): Uint8Array =>
  encode(EgoStateSchema, { captureTimeNs, velocityInEgoMps: { x: 8, y: 0, z: 0 } })

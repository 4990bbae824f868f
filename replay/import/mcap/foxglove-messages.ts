import type { DescMessage, MessageShape } from '@bufbuild/protobuf'
import {
  CameraCalibrationSchema,
  CompressedImageSchema,
  CompressedVideoSchema,
  decode,
  type FrameTransform,
  FrameTransformSchema,
  FrameTransformsSchema,
  LocationFixSchema,
  nsFromTimestamp,
  RawImageSchema,
} from '#messages'
import { type ForeignDecoder, type ForeignKind, type ForeignTransform, rigidTransform } from './foreign-message.ts'

const RAD_PER_DEGREE = Math.PI / 180

const header = ({ timestamp, frameId }: { timestamp?: Parameters<typeof nsFromTimestamp>[0]; frameId: string }) => {
  const captureNs = nsFromTimestamp(timestamp)
  return { captureNs: captureNs === 0n ? undefined : captureNs, frameId }
}

const decoder =
  <S extends DescMessage>(schema: S, read: (message: MessageShape<S>) => ReturnType<ForeignDecoder>): ForeignDecoder =>
  (data) =>
    read(decode(schema, data))

const transformOf = ({
  timestamp,
  parentFrameId,
  childFrameId,
  translation,
  rotation,
}: FrameTransform): ForeignTransform => ({
  timeNs: nsFromTimestamp(timestamp),
  parent: parentFrameId,
  child: childFrameId,
  parentFromChild: rigidTransform(translation ?? { x: 0, y: 0, z: 0 }, rotation ?? { x: 0, y: 0, z: 0, w: 0 }),
})

/** Foxglove's protobuf schemas that an import takes. */
export const FOXGLOVE_MESSAGES: Readonly<
  Record<string, { readonly kind: ForeignKind; readonly decode: ForeignDecoder }>
> = {
  'foxglove.CompressedImage': {
    kind: 'image',
    decode: decoder(CompressedImageSchema, (message) => ({ kind: 'image', ...header(message), data: message.data })),
  },
  'foxglove.RawImage': {
    kind: 'raw',
    decode: decoder(RawImageSchema, (message) => {
      const { width, height, encoding, step, data } = message
      return { kind: 'raw', ...header(message), width, height, encoding, step, data }
    }),
  },
  'foxglove.CompressedVideo': {
    kind: 'video',
    decode: decoder(CompressedVideoSchema, (message) => {
      const { format, data } = message
      return { kind: 'video', ...header(message), format, data }
    }),
  },
  'foxglove.CameraCalibration': {
    kind: 'info',
    decode: decoder(CameraCalibrationSchema, (message) => {
      const { width, height, distortionModel, D, K, P } = message
      return { kind: 'info', ...header(message), width, height, distortionModel, D, K, P, cut: false }
    }),
  },
  'foxglove.FrameTransforms': {
    kind: 'transforms',
    decode: decoder(FrameTransformsSchema, ({ transforms }) => ({
      kind: 'transforms',
      transforms: transforms.map(transformOf),
    })),
  },
  'foxglove.FrameTransform': {
    kind: 'transforms',
    decode: decoder(FrameTransformSchema, (transform) => ({
      kind: 'transforms',
      transforms: [transformOf(transform)],
    })),
  },
  'foxglove.LocationFix': {
    kind: 'fix',
    decode: decoder(LocationFixSchema, (message) => {
      const { latitude, longitude, altitude, heading } = message
      const place = {
        latitudeRad: latitude * RAD_PER_DEGREE,
        longitudeRad: longitude * RAD_PER_DEGREE,
        altitudeM: altitude,
      }
      return { kind: 'fix', ...header(message), place, headingRad: heading }
    }),
  },
}

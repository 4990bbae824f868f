import { cameraCalibrationMessage, type Rig, rigTransforms } from '#calibration'
import { CameraCalibrationSchema, cameraCalibrationTopic, encode, FrameTransformsSchema } from '#messages'
import { readyPayload, type TimedPayload } from './order-records.ts'

/** What a rig says of itself on a tape, from `timeNs` on. */
export const calibrationPayloads = (rig: Rig, timeNs: bigint): readonly TimedPayload[] => [
  ...rig.cameras.map((camera) =>
    readyPayload(
      cameraCalibrationTopic(camera.view),
      timeNs,
      encode(CameraCalibrationSchema, cameraCalibrationMessage(camera, timeNs)),
    ),
  ),
  readyPayload('/calibration/transforms', timeNs, encode(FrameTransformsSchema, rigTransforms(rig, timeNs))),
]

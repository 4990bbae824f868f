import type { MessageInitShape } from '@bufbuild/protobuf'
import { cameraFrame, EGO_FRAME } from '#geometry'
import { type CameraCalibrationSchema, type FrameTransformsSchema, timestampFromNs } from '#messages'
import { modelOf } from './models/index.ts'
import type { Rig, RigCamera } from './rig-schema.ts'

/** Init of the foxglove.CameraCalibration of a camera, valid from `timeNs` on; ns since the Unix epoch. */
export const cameraCalibrationMessage = (
  camera: RigCamera,
  timeNs: bigint,
): MessageInitShape<typeof CameraCalibrationSchema> => {
  const { fx, fy, cx, cy } = camera.model
  const { model, coefficients } = modelOf(camera.model).distortion(camera.model)
  return {
    timestamp: timestampFromNs(timeNs),
    frameId: cameraFrame(camera.view),
    width: camera.width,
    height: camera.height,
    distortionModel: model,
    D: [...coefficients],
    K: [fx, 0, cx, 0, fy, cy, 0, 0, 1],
    R: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    P: [fx, 0, cx, 0, 0, fy, cy, 0, 0, 0, 1, 0],
  }
}

/** Init of the foxglove.FrameTransforms from ego to every camera: static, valid from `timeNs` on; ns since the Unix epoch. */
export const rigTransforms = (rig: Rig, timeNs: bigint): MessageInitShape<typeof FrameTransformsSchema> => ({
  transforms: rig.cameras.map(({ view, egoFromCamera }) => ({
    timestamp: timestampFromNs(timeNs),
    parentFrameId: EGO_FRAME,
    childFrameId: cameraFrame(view),
    translation: egoFromCamera.translation,
    rotation: egoFromCamera.rotation,
  })),
})

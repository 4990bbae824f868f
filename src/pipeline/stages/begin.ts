import { cameraCalibrationMessage, rigTransforms } from '#calibration'
import { CameraCalibrationSchema, cameraCalibrationTopic, FrameTransformsSchema, type RunConfig } from '#messages'
import { pipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'

/** The first event: takes the configuration and says what the rig is, in words that any viewer reads. */
export const begin = (draft: Draft, { configJson }: RunConfig): void => {
  const config = pipelineConfig.parse(JSON.parse(configJson))
  draft.state = { ...draft.state, config }
  const { logTimeNs, publishTimeNs } = draft.event
  for (const camera of config.rig.cameras) {
    const calibration = cameraCalibrationMessage(camera, logTimeNs)
    draft.emit(cameraCalibrationTopic(camera.view), CameraCalibrationSchema, calibration, publishTimeNs)
  }
  draft.emit('/calibration/transforms', FrameTransformsSchema, rigTransforms(config.rig, logTimeNs), publishTimeNs)
}

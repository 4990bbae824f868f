import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { CameraCalibrationSchema, decode, encode, FrameTransformsSchema, nsFromTimestamp } from '#messages'
import { ROOT } from '../test/oracles.ts'
import { cameraCalibrationMessage, rigTransforms } from './calibration-messages.ts'
import { parseRig } from './parse-rig.ts'

const rig = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
const TIME_NS = 1_700_000_000_123_456_789n

test('a camera is published with its matrices in Foxglove’s order', () => {
  const payload = encode(CameraCalibrationSchema, cameraCalibrationMessage(rig.cameras[1]!, TIME_NS))
  const message = decode(CameraCalibrationSchema, payload)
  expect(message).toMatchObject({ frameId: 'camera/front_left', width: 448, height: 252, distortionModel: 'plumb_bob' })
  expect(message.K).toEqual([320, 0, 223.5, 0, 320, 125.5, 0, 0, 1])
  expect(message.P).toEqual([320, 0, 223.5, 0, 0, 320, 125.5, 0, 0, 0, 1, 0])
  expect(message.D).toHaveLength(5)
  expect(nsFromTimestamp(message.timestamp)).toBe(TIME_NS)
})

test('each camera hangs on the ego frame where the rig says', () => {
  const { transforms } = decode(FrameTransformsSchema, encode(FrameTransformsSchema, rigTransforms(rig, TIME_NS)))
  expect(transforms.map(({ parentFrameId, childFrameId }) => `${parentFrameId} ${childFrameId}`)).toEqual(
    rig.cameras.map(({ view }) => `ego camera/${view}`),
  )
  expect(transforms[0]?.translation).toMatchObject(rig.cameras[0]!.egoFromCamera.translation)
  expect(transforms[0]?.rotation).toMatchObject(rig.cameras[0]!.egoFromCamera.rotation)
})

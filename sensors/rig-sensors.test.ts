import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CompressedImageSchema,
  EgoStateSchema,
  encode,
  RawImageSchema,
  RouteCommand_Command,
  RouteCommandSchema,
  TOPICS,
  timestampFromNs,
  VIEWS,
} from '#messages'
import { rigSensors } from './rig-sensors.ts'
import { jpegHeader } from './wire/testing/sample-messages.ts'

const STAMP_NS = 1_532_402_927_612_460_123n
const sensors = rigSensors([{ view: 'front', width: 64, height: 48, timeOffsetMs: 0 }])

const validate = (topic: string, payload: Uint8Array) => {
  const sensor = sensors.get(topic)
  if (!sensor) throw new Error(`no sensor for ${topic}`)
  return sensor.validate(payload)
}

const image = {
  timestamp: timestampFromNs(STAMP_NS),
  frameId: 'camera/front',
  format: 'jpeg',
  data: jpegHeader(64, 48),
}
const compressed = (change: object = {}) => encode(CompressedImageSchema, { ...image, ...change })
const rows = { width: 64, height: 48, encoding: 'rgb8', step: 192, data: new Uint8Array(192 * 48) }
const raw = (change: object = {}) =>
  encode(RawImageSchema, { timestamp: timestampFromNs(STAMP_NS), frameId: 'camera/front', ...rows, ...change })
const pose = { position: { x: 411, y: 1180, z: 0 }, orientation: { x: 0, y: 0, z: 0.6, w: 0.8 } }
const ego = (change: object = {}) => encode(EgoStateSchema, { captureTimeNs: STAMP_NS, poseInMap: pose, ...change })
const route = (change: object = {}) => encode(RouteCommandSchema, { captureTimeNs: STAMP_NS, ...change })

const FRONT = '/sensors/camera/front'
const RAW = '/sensors/camera/front/raw'
const EGO = '/sensors/ego'
const ROUTE = '/sensors/route'

describe('sensors', () => {
  it.each([
    ['a JPEG of the size of the rig', FRONT, compressed()],
    ['an image that names no frame', FRONT, compressed({ frameId: '' })],
    ['raw rows', RAW, raw()],
    ['raw rows with padding', RAW, raw({ step: 200, data: new Uint8Array(200 * 48) })],
    ['grey rows', RAW, raw({ encoding: 'mono8', step: 64, data: new Uint8Array(64 * 48) })],
    ['an ego state with a pose', EGO, ego()],
    ['an ego state that knows nothing but its time', EGO, ego({ poseInMap: undefined })],
    ['an ego state that stands still', EGO, ego({ velocityInEgoMps: { x: 0, y: 0, z: 0 }, yawRateRadps: 0 })],
    ['a route command without a distance', ROUTE, route({ command: RouteCommand_Command.LEFT })],
    ['a route that is unknown', ROUTE, route()],
  ])('believe %s, to the ns', (_what, topic, payload) => {
    expect(validate(topic, payload)).toEqual({ captureTimeNs: STAMP_NS })
  })

  it.each([
    [
      'bytes that are no protobuf',
      FRONT,
      Uint8Array.of(0xff, 0xff, 0xff),
      'message-malformed',
      /3 B that do not parse/,
    ],
    ['an empty image', FRONT, compressed({ data: new Uint8Array() }), 'message-malformed', /0 B that begin nowhere/],
    [
      'an image of another kind',
      FRONT,
      compressed({ data: Buffer.from('RIFF....WEBP') }),
      'message-malformed',
      /52494646/,
    ],
    ['a JPEG that calls itself PNG', FRONT, compressed({ format: 'png' }), 'image-mismatch', /format jpeg.*"png"/],
    ['another size', FRONT, compressed({ data: jpegHeader(64, 47) }), 'image-mismatch', /64x48.*found 64x47/],
    [
      'the frame of another camera',
      FRONT,
      compressed({ frameId: 'camera/back' }),
      'image-mismatch',
      /found camera\/back/,
    ],
    ['an image without a stamp', FRONT, compressed({ timestamp: undefined }), 'message-malformed', /found 0/],
    ['a stamp before 1970', FRONT, compressed({ timestamp: timestampFromNs(-5n) }), 'message-malformed', /found -5/],
    [
      'a stamp that no 64-bit number holds',
      FRONT,
      compressed({ timestamp: { seconds: 2n ** 40n, nanos: 0 } }),
      'message-malformed',
      /capture stamp/,
    ],
    ['rows that are too few', RAW, raw({ data: new Uint8Array(192 * 47) }), 'message-malformed', /48 rows/],
    ['rows that are too short', RAW, raw({ step: 191, data: new Uint8Array(191 * 48) }), 'message-malformed', /192 B/],
    ['rows of an encoding that is not taken', RAW, raw({ encoding: 'bayer_rggb8' }), 'image-mismatch', /bayer_rggb8/],
    [
      'an encoding that is a word of JavaScript',
      RAW,
      raw({ encoding: 'constructor' }),
      'image-mismatch',
      /constructor/,
    ],
    ['rows of another size', RAW, raw({ width: 32 }), 'image-mismatch', /32x48/],
    ['an ego state without a stamp', EGO, ego({ captureTimeNs: 0n }), 'message-malformed', /found 0/],
    ['an ego state of the far future', EGO, ego({ captureTimeNs: 2n ** 63n }), 'message-malformed', /capture stamp/],
    [
      'a speed that is no number',
      EGO,
      ego({ velocityInEgoMps: { x: Number.NaN } }),
      'message-malformed',
      /velocity_in_ego_mps.x/,
    ],
    [
      'an endless yaw rate',
      EGO,
      ego({ yawRateRadps: Number.POSITIVE_INFINITY }),
      'message-malformed',
      /yaw_rate_radps/,
    ],
    [
      'a pose without a rotation',
      EGO,
      ego({ poseInMap: { position: pose.position } }),
      'message-malformed',
      /without the other/,
    ],
    [
      'a rotation of no length',
      EGO,
      ego({ poseInMap: { ...pose, orientation: {} } }),
      'message-malformed',
      /length 1; found 0/,
    ],
    ['a command that is none', ROUTE, route({ command: 17 }), 'message-malformed', /found 17/],
    ['a distance behind the car', ROUTE, route({ distanceM: -1 }), 'message-malformed', /found -1/],
    ['a distance that is no number', ROUTE, route({ distanceM: Number.NaN }), 'message-malformed', /found NaN/],
  ])('refuse %s', (_what, topic, payload, code, message) => {
    expect(validate(topic, payload)).toEqual({ fault: { code, message: expect.stringMatching(message) } })
  })

  it('never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sensors.keys()), fc.uint8Array({ maxLength: 300 }), (topic, payload) => {
        const validation = validate(topic, payload)
        expect('fault' in validation || validation.captureTimeNs > 0n).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('stand for each sensor topic of the table, on a rig that has every view', () => {
    const all = rigSensors(VIEWS.map((view) => ({ view, width: 64, height: 48, timeOffsetMs: 0 })))
    expect([...all.keys()].sort()).toEqual(
      TOPICS.filter(({ sensor }) => sensor)
        .map(({ name }) => name)
        .sort(),
    )
  })
})

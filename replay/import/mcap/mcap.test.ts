import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { checkRig } from '#calibration'
import { OutriderError } from '#errors'
import { planarFromTransform, transformFromPose } from '#geometry'
import {
  CompressedImageSchema,
  decode,
  type EgoState,
  EgoStateSchema,
  findTopic,
  LocationFixSchema,
  nsFromTimestamp,
  RawImageSchema,
  RouteCommandSchema,
  type TapeRecord,
} from '#messages'
import { parseImportMap } from './import-map.ts'
import { openMcap } from './mcap.ts'
import {
  BEGIN_NS,
  BENT,
  DURATION_S,
  egoPoseAt,
  foxgloveDrive,
  IMAGE_LATENCY_MS,
  jpegAt,
  ODOMETRY_LATENCY_MS,
  pixelsAt,
  ros2Drive,
  SPEED_MPS,
  YAW_RATE_RADPS,
} from './testing/foreign-drives.ts'
import { type Draft, foxglove, ros2, type WriteOptions, writeForeignTape } from './testing/foreign-tapes.ts'

const ROS2_MAP = `
name: our car
egoFromBase:
  translation: { x: 1.3, y: 0, z: 0.3 }
  rotation: { x: 0, y: 0, z: 0, w: 1 }
transforms: [/tf_static]
cameras:
  - { view: front, image: /front/image/compressed, info: /front/camera_info, timeOffsetMs: -12 }
  - { view: front_left, image: /left/image_raw, info: /left/camera_info }
ego: { odometry: /odom, imu: /imu }
vehicle: { wheelbaseM: 2.9 }
`
const FOXGLOVE_MAP = `
frames: { ego: car, fixed: world }
egoFromBase:
  translation: { x: 1.3, y: 0, z: 0.3 }
  rotation: { x: 0, y: 0, z: 0, w: 1 }
transforms: [/tf]
cameras:
  - { view: front, image: /front/image, info: /front/calibration }
  - { view: front_left, image: /left/image, model: { kind: pinhole, fx: 3, fy: 3, cx: 1.5, cy: 0.5 } }
ego: { transforms: true }
`

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcap-'))
  path = join(folder, 'foreign.mcap')
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = async (drafts: readonly Draft[], map: string, options?: WriteOptions) => {
  await writeForeignTape(path, drafts, options)
  return openMcap(path, parseImportMap(map))
}
const collect = async (records: AsyncIterable<TapeRecord>): Promise<TapeRecord[]> => {
  const all: TapeRecord[] = []
  for await (const record of records) all.push({ ...record, payload: Uint8Array.from(record.payload) })
  return all
}
const on = (all: readonly TapeRecord[], topic: string) => all.filter((record) => record.topic === topic)
const statesOf = (all: readonly TapeRecord[]): EgoState[] =>
  on(all, '/sensors/ego').map(({ payload }) => decode(EgoStateSchema, payload))

/** How far the state is from the pose that was driven: m, rad. */
const poseErrors = (states: readonly EgoState[], origin = { x: 0, y: 0 }) =>
  states.map(({ captureTimeNs, poseInMap }) => {
    const driven = egoPoseAt(Number(captureTimeNs - BEGIN_NS) / 1e9)
    const { xM, yM, headingRad } = planarFromTransform(transformFromPose(poseInMap)!)
    return {
      placeM: Math.hypot(xM - origin.x - driven.xM, yM - origin.y - driven.yM),
      headingRad: Math.abs(headingRad - driven.headingRad),
    }
  })
const worst = (values: readonly number[]): number => Math.max(...values)

describe('a ROS 2 tape', () => {
  it('becomes records in the order in which they were recorded, each with its capture stamp and the lateness it had', async () => {
    const drive = await open(ros2Drive(), ROS2_MAP)
    const all = await collect(drive.records)
    expect(all).toHaveLength(drive.recordCount)
    const next = new Map<string, number>()
    for (const [index, { topic, logTimeNs, sequence }] of all.entries()) {
      expect(findTopic(topic), topic).toBeDefined()
      expect(logTimeNs > (all[index - 1]?.logTimeNs ?? -1n)).toBe(true)
      expect(sequence).toBe(next.get(topic) ?? 0)
      next.set(topic, sequence + 1)
    }
    expect(Object.fromEntries(next)).toMatchObject({
      '/sensors/camera/front': 10 * DURATION_S,
      '/sensors/camera/front_left/raw': 5 * DURATION_S,
      '/sensors/ego': 20 * DURATION_S,
      '/calibration/front': 1,
      '/calibration/transforms': 1,
    })
    const latenessMs = (topic: string) =>
      on(all, topic).map(({ logTimeNs, publishTimeNs }) => Number(logTimeNs - publishTimeNs) / 1e6)
    // Two at one time are 1 ns apart.
    for (const late of latenessMs('/sensors/camera/front')) expect(late).toBeCloseTo(Number(IMAGE_LATENCY_MS), 4)
    for (const late of latenessMs('/sensors/ego')) expect(late).toBeCloseTo(Number(ODOMETRY_LATENCY_MS), 4)
    expect(drive.notes).toEqual(['left out: /gps, /rosout'])
  })

  it('keeps the bytes of images and the pixels of raw ones, under our frames and formats', async () => {
    const all = await collect((await open(ros2Drive(), ROS2_MAP)).records)
    for (const [index, { payload, publishTimeNs }] of on(all, '/sensors/camera/front').entries()) {
      const image = decode(CompressedImageSchema, payload)
      expect(image).toMatchObject({ frameId: 'camera/front', format: 'jpeg' })
      expect(image.data).toEqual(jpegAt(index))
      expect(nsFromTimestamp(image.timestamp)).toBe(publishTimeNs)
    }
    for (const [index, { payload }] of on(all, '/sensors/camera/front_left/raw').entries()) {
      const image = decode(RawImageSchema, payload)
      expect(image).toMatchObject({ width: 4, height: 2, encoding: 'bgr8', step: 12, frameId: 'camera/front_left' })
      expect(image.data).toEqual(pixelsAt(index))
    }
  })

  it('gives the rig by its CameraInfo and transforms, also along a chain of frames', async () => {
    const { rig } = await open(ros2Drive(), ROS2_MAP)
    expect(checkRig(rig)).toEqual([])
    const [k1, k2, p1, p2, k3] = BENT
    expect(rig).toMatchObject({
      name: 'our car',
      vehicle: { wheelbaseM: 2.9 },
      cameras: [
        {
          view: 'front',
          width: 640,
          height: 360,
          timeOffsetMs: -12,
          model: { kind: 'brown-conrady', fx: 500, fy: 510, cx: 320, cy: 180, k1, k2, p1, p2, k3 },
          // 1.3 m from the axle to base_link, 0.4 m on to the camera.
          egoFromCamera: {
            translation: { x: expect.closeTo(1.7, 9), y: expect.closeTo(0.1, 9), z: expect.closeTo(1.5, 9) },
          },
        },
        {
          view: 'front_left',
          model: { kind: 'fisheye-kb4', fx: 3, k1: 0.1, k2: 0.01, k3: 0.001, k4: 0.0001 },
          egoFromCamera: {
            translation: { x: expect.closeTo(1.3, 9), y: expect.closeTo(0.9, 9), z: expect.closeTo(1.4, 9) },
          },
        },
      ],
    })
  })

  it('takes the P of rectified images', async () => {
    const { rig } = await open(ros2Drive(), ROS2_MAP.replace('timeOffsetMs: -12', 'rectified: true'))
    expect(rig.cameras[0]!.model).toEqual({ kind: 'pinhole', fx: 480, fy: 490, cx: 319, cy: 179 })
  })

  it('gives pose and velocity of the ego and not of base_link, yaw rate and acceleration by the IMU as it sits', async () => {
    const states = statesOf(await collect((await open(ros2Drive(), ROS2_MAP)).records))
    const errors = poseErrors(states)
    expect(worst(errors.map(({ placeM }) => placeM))).toBeLessThan(1e-9)
    expect(worst(errors.map(({ headingRad }) => headingRad))).toBeLessThan(1e-9)
    for (const { velocityInEgoMps, poseInMap } of states) {
      expect(poseInMap!.position!.z).toBeCloseTo(0, 9)
      expect(velocityInEgoMps).toMatchObject({ x: expect.closeTo(SPEED_MPS, 9), y: expect.closeTo(-0.013, 9) })
    }
    // The first and the last have an IMU on one side only.
    for (const { yawRateRadps, accelerationInEgoMps2 } of states.slice(1, -1)) {
      expect(yawRateRadps).toBeCloseTo(YAW_RATE_RADPS, 9)
      expect(accelerationInEgoMps2).toMatchObject({
        x: expect.closeTo(0, 9),
        y: expect.closeTo(SPEED_MPS * YAW_RATE_RADPS, 9),
        z: expect.closeTo(0, 9),
      })
    }
    for (const { steeringAngleRad } of states) expect(steeringAngleRad).toBeUndefined()
  })

  it('says nothing that its source does not: no IMU, no acceleration; no poses, no ego', async () => {
    const withoutImu = statesOf(await collect((await open(ros2Drive(), ROS2_MAP.replace(', imu: /imu', ''))).records))
    for (const { accelerationInEgoMps2, yawRateRadps } of withoutImu) {
      expect(accelerationInEgoMps2).toBeUndefined()
      expect(yawRateRadps).toBeCloseTo(YAW_RATE_RADPS + 0.01, 9)
    }
    const none = await open(ros2Drive(), ROS2_MAP.replace('ego: { odometry: /odom, imu: /imu }', ''))
    expect(statesOf(await collect(none.records))).toEqual([])
    expect(none.notes).toContainEqual(expect.stringContaining('no ego state'))
  })

  it('gives poses by satellite, level, headed along the way, from the first fix on', async () => {
    const map = ROS2_MAP.replace('odometry: /odom, imu: /imu', 'fix: /gps')
    const states = statesOf(await collect((await open(ros2Drive(), map)).records))
    expect(states).toHaveLength(10 * DURATION_S - 3)
    // base_link goes 0.026 rad to the left of where it points; the chord behind is half a step of the turn, 0.01 rad, late.
    for (const { headingRad } of poseErrors(states).slice(1)) expect(headingRad).toBeCloseTo(0.016, 3)
    const [first, last] = [states[0]!, states.at(-1)!].map(({ poseInMap }) => poseInMap!.position!)
    const driven = [0.3, 1.9].map(egoPoseAt)
    const way = Math.hypot(driven[1]!.xM - driven[0]!.xM, driven[1]!.yM - driven[0]!.yM)
    expect(Math.hypot(last!.x - first!.x, last!.y - first!.y)).toBeCloseTo(way, 0)
    expect(states[5]!.velocityInEgoMps!.x).toBeCloseTo(SPEED_MPS, 0)
  })

  it('counts messages as arrived at their stamps when told so', async () => {
    const all = await collect((await open(ros2Drive(), `admission: capture\n${ROS2_MAP}`)).records)
    for (const { logTimeNs, publishTimeNs } of all) expect(Number(logTimeNs - publishTimeNs)).toBeLessThan(10)
    const images = on(all, '/sensors/camera/front').map(({ payload }) => decode(CompressedImageSchema, payload).data[4])
    expect(images).toEqual(Array.from({ length: 10 * DURATION_S }, (_, index) => index))
  })

  it('takes the recorder’s time where a driver left the stamp 0', async () => {
    const drafts = ros2Drive().map((draft) =>
      draft.topic === '/front/image/compressed'
        ? ros2(draft.schema, draft.topic, draft.logTimeNs, {
            header: { frame_id: 'camera_front_optical' },
            data: jpegAt(1),
          })
        : draft,
    )
    const [first] = on(await collect((await open(drafts, ROS2_MAP)).records), '/sensors/camera/front')
    expect(first!.publishTimeNs).toBe(BEGIN_NS + IMAGE_LATENCY_MS * 1_000_000n)
  })

  it('brings messages into order that were written out of order', async () => {
    const all = await collect((await open(ros2Drive().toReversed(), ROS2_MAP, { chunkSize: 1_000_000 })).records)
    const images = on(all, '/sensors/camera/front').map(({ payload }) => decode(CompressedImageSchema, payload).data[4])
    expect(images).toEqual(Array.from({ length: 10 * DURATION_S }, (_, index) => index))
  })
})

describe('a Foxglove tape', () => {
  it('gives poses by its transforms, the rig by calibration and map, images by their bytes', async () => {
    const drive = await open(foxgloveDrive(), FOXGLOVE_MAP, { compression: '' })
    expect(checkRig(drive.rig)).toEqual([])
    expect(drive.rig.cameras[0]).toMatchObject({ model: { kind: 'brown-conrady', k1: BENT[0], k3: BENT[4] } })
    // The raw images say their own size.
    expect(drive.rig.cameras[1]).toMatchObject({ width: 4, height: 2, model: { kind: 'pinhole', fx: 3 } })
    const all = await collect(drive.records)
    expect(decode(CompressedImageSchema, on(all, '/sensors/camera/front')[0]!.payload).format).toBe('png')
    expect(on(all, '/sensors/camera/front_left/raw')).toHaveLength(10 * DURATION_S)
    const states = statesOf(all)
    const errors = poseErrors(states, { x: 100, y: 50 })
    expect(worst(errors.map(({ placeM }) => placeM))).toBeLessThan(1e-9)
    // No twist: by the difference of poses, over a chord.
    for (const { velocityInEgoMps, yawRateRadps } of states.slice(3, -3)) {
      expect(velocityInEgoMps!.x).toBeCloseTo(SPEED_MPS, 2)
      expect(yawRateRadps).toBeCloseTo(YAW_RATE_RADPS, 6)
    }
  })

  it('gives poses by its fixes, headed as the receiver says', async () => {
    const map = FOXGLOVE_MAP.replace('transforms: true', 'fix: /fix')
    const states = statesOf(await collect((await open(foxgloveDrive(), map)).records))
    expect(states).toHaveLength(20 * DURATION_S)
    const start = states[0]!.poseInMap!.position!
    const driven = egoPoseAt(0)
    const errors = poseErrors(states, { x: start.x - driven.xM, y: start.y - driven.yM })
    expect(worst(errors.map(({ placeM }) => placeM))).toBeLessThan(1e-3)
    expect(worst(errors.map(({ headingRad }) => headingRad))).toBeLessThan(1e-9)
  })

  it('has a route where the car goes far enough to show one, unless the map says no', async () => {
    const long = Array.from({ length: 100 }, (_, index) => {
      const ns = BEGIN_NS + BigInt(index) * 100_000_000n
      const body = {
        timestamp: { seconds: ns / 1_000_000_000n, nanos: Number(ns % 1_000_000_000n) },
        frameId: 'car',
        latitude: 48 + index * 1e-5,
        longitude: 11,
      }
      return foxglove(LocationFixSchema, '/fix', ns, body)
    })
    const drafts = [...foxgloveDrive().filter(({ topic }) => topic !== '/fix'), ...long]
    const map = FOXGLOVE_MAP.replace('transforms: true', 'fix: /fix')
    const routes = on(await collect((await open(drafts, map)).records), '/sensors/route')
    expect(routes.length).toBeGreaterThan(3)
    expect(decode(RouteCommandSchema, routes[0]!.payload).captureTimeNs).toBe(routes[0]!.publishTimeNs)
    expect(on(await collect((await open(drafts, `${map}\nroute: false\n`)).records), '/sensors/route')).toEqual([])
  })
})

describe('what cannot be imported is refused with a code', () => {
  const refusal = async (promise: Promise<unknown>): Promise<OutriderError> => {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error instanceof OutriderError) return error
    throw new Error(`expected a coded error, found ${String(error)}`)
  }
  const without = (topic: string) => (drafts: readonly Draft[]) => drafts.filter((draft) => draft.topic !== topic)
  const edit = (topic: string, change: (draft: Draft) => Draft) => (drafts: readonly Draft[]) =>
    drafts.map((draft) => (draft.topic === topic ? change(draft) : draft))
  const info = (body: object) =>
    edit('/front/camera_info', ({ schema, topic, logTimeNs }) =>
      ros2(schema, topic, logTimeNs, {
        header: { frame_id: 'camera_front_optical' },
        width: 640,
        height: 360,
        distortion_model: 'plumb_bob',
        d: BENT,
        k: [500, 0, 320, 0, 510, 180, 0, 0, 1],
        ...body,
      }),
    )
  const same = (drafts: readonly Draft[]) => drafts

  it.each<[string, (drafts: readonly Draft[]) => readonly Draft[], (map: string) => string, string, RegExp]>([
    [
      'a topic that is not there',
      without('/odom'),
      (map) => map,
      'IMPORT_TOPIC_MISSING',
      /\/odom.*odometry.*\/front\/camera_info/s,
    ],
    [
      'a topic of another type',
      same,
      (map) => map.replace('odometry: /odom', 'odometry: /gps'),
      'IMPORT_TOPIC_TYPE',
      /nav_msgs\/msg\/Odometry.*sensor_msgs\/msg\/NavSatFix \(cdr, ros2msg\)/s,
    ],
    [
      'a type nobody maps',
      same,
      (map) => map.replace('imu: /imu', 'imu: /rosout'),
      'IMPORT_TOPIC_TYPE',
      /std_msgs\/msg\/String/,
    ],
    [
      'cameras without transforms',
      same,
      (map) => map.replace('[/tf_static]', '[]'),
      'IMPORT_FRAME_UNKNOWN',
      /camera_front_optical to base_link.*no transforms/s,
    ],
    [
      'a frame that no chain reaches',
      same,
      (map) => map.replace('view: front,', 'view: front, frame: nowhere,'),
      'IMPORT_FRAME_UNKNOWN',
      /nowhere.*bracket/s,
    ],
    [
      'poses by transforms that are not there',
      same,
      (map) => map.replace('odometry: /odom, imu: /imu', 'transforms: true'),
      'IMPORT_FRAME_UNKNOWN',
      /base_link up to map/,
    ],
    [
      'a lens of another kind',
      info({ distortion_model: 'thin_prism', d: [1, 2] }),
      (map) => map,
      'IMPORT_LENS_UNKNOWN',
      /thin_prism/,
    ],
    [
      'a lens with higher terms',
      info({ distortion_model: 'rational_polynomial', d: [...BENT, 0.1, 0, 0] }),
      (map) => map,
      'IMPORT_LENS_UNKNOWN',
      /k4 to k6/,
    ],
    [
      'a camera that was never calibrated',
      info({ k: new Array(9).fill(0) }),
      (map) => map,
      'IMPORT_LENS_UNKNOWN',
      /focal length of 0/,
    ],
    ['binned images', info({ binning_x: 2, binning_y: 2 }), (map) => map, 'IMPORT_LENS_UNKNOWN', /binning/],
    [
      'a camera without lens',
      same,
      (map) => map.replace(', info: /left/camera_info', ''),
      'IMPORT_LENS_UNKNOWN',
      /front_left.*neither/s,
    ],
    [
      'a camera without size',
      info({ width: 0, height: 0 }),
      (map) => map,
      'IMPORT_RIG_INCOMPLETE',
      /cameras\.0\.width/,
    ],
    [
      'a cut message',
      edit('/odom', (draft) => ({ ...draft, data: draft.data.subarray(0, 60) })),
      (map) => map,
      'IMPORT_MESSAGE_INVALID',
      /\/odom at 17000000000\d+ in/,
    ],
    [
      'a definition that is none',
      edit('/odom', (draft) => ({ ...draft, definition: Buffer.from('float64 ???') })),
      (map) => map,
      'IMPORT_MESSAGE_INVALID',
      /definition of nav_msgs/,
    ],
    [
      'a definition without the fields',
      edit('/odom', (draft) => ({ ...draft, definition: Buffer.from('uint8 nothing') })),
      (map) => map,
      'IMPORT_MESSAGE_INVALID',
      /header/,
    ],
    [
      'a rotation of length 0',
      edit('/tf_static', ({ schema, topic, logTimeNs }) =>
        ros2(schema, topic, logTimeNs, {
          transforms: [
            {
              header: { frame_id: 'base_link' },
              child_frame_id: 'x',
              transform: { rotation: { x: 0, y: 0, z: 0, w: 0 } },
            },
          ],
        }),
      ),
      (map) => map,
      'IMPORT_MESSAGE_INVALID',
      /length 0/,
    ],
    [
      'clocks years apart',
      (drafts) => drafts.map((draft) => ({ ...draft, logTimeNs: draft.logTimeNs + 10n ** 17n })),
      (map) => map,
      'IMPORT_CLOCKS',
      /100000000\.040 s.*admission: capture/s,
    ],
  ])('%s', async (_, spoil, choose, code, words) => {
    const error = await refusal(open(spoil(ros2Drive()), choose(ROS2_MAP)))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(words)
  })

  it.each<[string, object, RegExp]>([
    ['pixels that no preprocessing takes', { encoding: 'bayer_rggb8', data: pixelsAt(1) }, /bayer_rggb8/],
    ['rows that are missing', { encoding: 'rgb8', data: pixelsAt(1).subarray(0, 12) }, /2 rows of 12 bytes/],
  ])('%s', async (_, body, words) => {
    const spoiled = edit('/left/image_raw', ({ schema, topic, logTimeNs }) =>
      ros2(schema, topic, logTimeNs, { header: {}, width: 4, height: 2, step: 12, ...body }),
    )
    const error = await refusal(open(spoiled(ros2Drive()), ROS2_MAP).then(({ records }) => collect(records)))
    expect(error.code).toBe('IMPORT_IMAGE_FORMAT')
    expect(error.message).toMatch(words)
  })

  it.each<[string, () => void, RegExp]>([
    ['a file that is not there', () => rmSync(path), /ENOENT/],
    ['a file that is no MCAP', () => writeFileSync(path, 'bag of somebody'), /foreign\.mcap/],
    ['a file that was cut', () => truncateSync(path, 3000), /pymcap-cli recover/],
    [
      'a file with a damaged chunk',
      () => {
        const bytes = readFileSync(path)
        bytes.fill(0xa5, 2000, 2400)
        writeFileSync(path, bytes)
      },
      /pymcap-cli recover/,
    ],
  ])('%s', async (_, spoil, words) => {
    await writeForeignTape(path, ros2Drive())
    spoil()
    const error = await refusal(openMcap(path, parseImportMap(ROS2_MAP)))
    expect(error.code).toBe('IMPORT_MCAP_UNREADABLE')
    expect(error.message).toMatch(words)
  })

  it('a file that nobody closed', async () => {
    const error = await refusal(open(ros2Drive(), ROS2_MAP, { closed: false }))
    expect(error.code).toBe('IMPORT_MCAP_UNREADABLE')
  })
})

test.each<[string, (map: string) => string, string, RegExp]>([
  ['text that is no YAML', () => 'cameras: [', 'IMPORT_MAP_NOT_YAML', /YAML/],
  ['an unknown key', (map) => `${map}\nlidar: /points\n`, 'IMPORT_MAP_INVALID', /known keys in the top.*lidar/s],
  [
    'an unknown key of a camera',
    (map) => map.replace('view: front,', 'view: front, exposure: 1,'),
    'IMPORT_MAP_INVALID',
    /cameras\[0\].*exposure/s,
  ],
  [
    'a view that is none',
    (map) => map.replace('view: front,', 'view: top,'),
    'IMPORT_MAP_INVALID',
    /cameras\[0\]\.view/,
  ],
  ['no cameras', () => 'ego: { odometry: /odom }', 'IMPORT_MAP_INVALID', /cameras/],
  ['one view twice', (map) => map.replace('view: front_left', 'view: front'), 'IMPORT_MAP_INVALID', /front twice/],
  [
    'one image twice',
    (map) => map.replace('/left/image_raw', '/front/image/compressed'),
    'IMPORT_MAP_INVALID',
    /compressed twice/,
  ],
  ['two sources of poses', (map) => map.replace('imu: /imu', 'fix: /gps'), 'IMPORT_MAP_INVALID', /one source of poses/],
])('a map with %s is refused with a code', (_, spoil, code, words) => {
  expect(() => parseImportMap(spoil(ROS2_MAP))).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(words) }),
  )
})

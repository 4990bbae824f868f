import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import { OutriderError } from '#errors'
import { parseImportMap } from './import-map.ts'
import { openMcap } from './mcap.ts'
import { BENT, pixelsAt, ros2Drive } from './testing/foreign-drives.ts'
import { type Draft, ros2, writeForeignTape } from './testing/foreign-tapes.ts'
import { collect, importDrive, pathForTest, ROS2_MAP } from './testing/import-drive.ts'

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
    const error = await refusal(importDrive(spoil(ros2Drive()), choose(ROS2_MAP)))
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
    const error = await refusal(importDrive(spoiled(ros2Drive()), ROS2_MAP).then(({ records }) => collect(records)))
    expect(error.code).toBe('IMPORT_IMAGE_FORMAT')
    expect(error.message).toMatch(words)
  })

  it.each<[string, (path: string) => void, RegExp]>([
    ['a file that is not there', (path) => rmSync(path), /ENOENT/],
    ['a file that is no MCAP', (path) => writeFileSync(path, 'bag of somebody'), /foreign\.mcap/],
    ['a file that was cut', (path) => truncateSync(path, 3000), /pymcap-cli recover/],
    [
      'a file with a damaged chunk',
      (path) => {
        const bytes = readFileSync(path)
        bytes.fill(0xa5, 2000, 2400)
        writeFileSync(path, bytes)
      },
      /pymcap-cli recover/,
    ],
  ])('%s', async (_, spoil, words) => {
    const path = pathForTest()
    await writeForeignTape(path, ros2Drive())
    spoil(path)
    const error = await refusal(openMcap(path, parseImportMap(ROS2_MAP)))
    expect(error.code).toBe('IMPORT_MCAP_UNREADABLE')
    expect(error.message).toMatch(words)
  })

  it('a file that nobody closed', async () => {
    const error = await refusal(importDrive(ros2Drive(), ROS2_MAP, { closed: false }))
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

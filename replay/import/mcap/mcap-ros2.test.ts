import { describe, expect, it } from 'vitest'
import { checkRig } from '#calibration'
import { CompressedImageSchema, decode, findTopic, nsFromTimestamp, RawImageSchema } from '#messages'
import {
  BEGIN_NS,
  BENT,
  DURATION_S,
  egoPoseAt,
  IMAGE_LATENCY_MS,
  jpegAt,
  ODOMETRY_LATENCY_MS,
  pixelsAt,
  ros2Drive,
  SPEED_MPS,
  YAW_RATE_RADPS,
} from './testing/foreign-drives.ts'
import { ros2 } from './testing/foreign-tapes.ts'
import { collect, importDrive, on, poseErrors, ROS2_MAP, statesOf, worst } from './testing/import-drive.ts'

describe('a ROS 2 tape', () => {
  it('becomes records in the order in which they were recorded, each with its capture stamp and the lateness it had', async () => {
    const drive = await importDrive(ros2Drive(), ROS2_MAP)
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
    const all = await collect((await importDrive(ros2Drive(), ROS2_MAP)).records)
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
    const { rig } = await importDrive(ros2Drive(), ROS2_MAP)
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
    const { rig } = await importDrive(ros2Drive(), ROS2_MAP.replace('timeOffsetMs: -12', 'rectified: true'))
    expect(rig.cameras[0]!.model).toEqual({ kind: 'pinhole', fx: 480, fy: 490, cx: 319, cy: 179 })
  })

  it('gives pose and velocity of the ego and not of base_link, yaw rate and acceleration by the IMU as it sits', async () => {
    const states = statesOf(await collect((await importDrive(ros2Drive(), ROS2_MAP)).records))
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
    const withoutImu = statesOf(
      await collect((await importDrive(ros2Drive(), ROS2_MAP.replace(', imu: /imu', ''))).records),
    )
    for (const { accelerationInEgoMps2, yawRateRadps } of withoutImu) {
      expect(accelerationInEgoMps2).toBeUndefined()
      expect(yawRateRadps).toBeCloseTo(YAW_RATE_RADPS + 0.01, 9)
    }
    const none = await importDrive(ros2Drive(), ROS2_MAP.replace('ego: { odometry: /odom, imu: /imu }', ''))
    expect(statesOf(await collect(none.records))).toEqual([])
    expect(none.notes).toContainEqual(expect.stringContaining('no ego state'))
  })

  it('gives poses by satellite, level, headed along the way, from the first fix on', async () => {
    const map = ROS2_MAP.replace('odometry: /odom, imu: /imu', 'fix: /gps')
    const states = statesOf(await collect((await importDrive(ros2Drive(), map)).records))
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
    const all = await collect((await importDrive(ros2Drive(), `admission: capture\n${ROS2_MAP}`)).records)
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
    const [first] = on(await collect((await importDrive(drafts, ROS2_MAP)).records), '/sensors/camera/front')
    expect(first!.publishTimeNs).toBe(BEGIN_NS + IMAGE_LATENCY_MS * 1_000_000n)
  })

  it('brings messages into order that were written out of order', async () => {
    const all = await collect((await importDrive(ros2Drive().toReversed(), ROS2_MAP, { chunkSize: 1_000_000 })).records)
    const images = on(all, '/sensors/camera/front').map(({ payload }) => decode(CompressedImageSchema, payload).data[4])
    expect(images).toEqual(Array.from({ length: 10 * DURATION_S }, (_, index) => index))
  })
})

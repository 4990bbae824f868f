// One drive of two seconds, a left turn at 10 m/s, as two recorders would have it: a ROS 2 stack and a Foxglove one.
import {
  composeTransforms,
  extrapolateConstantTurnRate,
  IDENTITY_PLANAR_POSE,
  invertTransform,
  multiplyQuaternions,
  type PlanarPose,
  quaternionFromYaw,
  type Transform,
  transformFromPlanar,
} from '#geometry'
import {
  CameraCalibrationSchema,
  CompressedImageSchema,
  FrameTransformsSchema,
  LocationFixSchema,
  RawImageSchema,
  timestampFromNs,
} from '#messages'
import { geodeticFromEcef, localFrame } from '../../geodesy.ts'
import { type Draft, foxglove, ros2 } from './foreign-tapes.ts'

export const SPEED_MPS = 10
export const YAW_RATE_RADPS = 0.2
export const BEGIN_NS = 1_700_000_000_000_000_000n
export const DURATION_S = 2
const MS = 1_000_000n
/** Of the recorder, after the stamps. */
export const IMAGE_LATENCY_MS = 40n
export const ODOMETRY_LATENCY_MS = 5n

/** base_link: in the middle of this car, above the ground. */
export const EGO_FROM_BASE: Transform = { translation: { x: 1.3, y: 0, z: 0.3 }, rotation: { x: 0, y: 0, z: 0, w: 1 } }
const AHEAD = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }
const BASE_FROM_CAMERA: Transform = { translation: { x: 0.4, y: 0.1, z: 1.2 }, rotation: AHEAD }
const BASE_FROM_LEFT: Transform = {
  translation: { x: 0, y: 0.9, z: 1.1 },
  rotation: multiplyQuaternions(quaternionFromYaw(Math.PI / 3), AHEAD),
}
/** Its x points backward. */
const BASE_FROM_IMU: Transform = { translation: { x: 0, y: 0, z: 0 }, rotation: quaternionFromYaw(Math.PI) }
/** The left camera hangs on a bracket: a chain of two. */
const BASE_FROM_BRACKET: Transform = { translation: { x: 0, y: 0.8, z: 1 }, rotation: quaternionFromYaw(0.3) }

export const egoPoseAt = (timeS: number): PlanarPose =>
  extrapolateConstantTurnRate({ ...IDENTITY_PLANAR_POSE, headingRad: 0.5 }, SPEED_MPS, YAW_RATE_RADPS, timeS)

const mapFromBaseAt = (timeS: number): Transform =>
  composeTransforms(transformFromPlanar(egoPoseAt(timeS)), EGO_FROM_BASE)

export const jpegAt = (index: number): Uint8Array => Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, index, 1, 2, 3])
export const pixelsAt = (index: number): Uint8Array => new Uint8Array(4 * 3 * 2).fill(index)

const K = [500, 0, 320, 0, 510, 180, 0, 0, 1]
const P = [480, 0, 319, 0, 0, 490, 179, 0, 0, 0, 1, 0]
export const BENT = [-0.3, 0.1, 0.001, -0.002, 0.05]

const every = (hz: number): readonly { readonly index: number; readonly timeS: number; readonly ns: bigint }[] =>
  Array.from({ length: hz * DURATION_S }, (_, index) => ({
    index,
    timeS: index / hz,
    ns: BEGIN_NS + (BigInt(index) * 1000n * MS) / BigInt(hz),
  }))

const inOrder = (drafts: readonly Draft[]): readonly Draft[] =>
  drafts.toSorted((a, b) => (a.logTimeNs < b.logTimeNs ? -1 : a.logTimeNs > b.logTimeNs ? 1 : 0))

const stamp = (ns: bigint) => ({ sec: Number(ns / 1_000_000_000n), nanosec: Number(ns % 1_000_000_000n) })
const header = (ns: bigint, frame_id: string) => ({ stamp: stamp(ns), frame_id })

const tf = (ns: bigint, parent: string, child: string, { translation, rotation }: Transform) => ({
  header: header(ns, parent),
  child_frame_id: child,
  transform: { translation, rotation },
})

/** ROS 2: odometry at 20 Hz, IMU at 100 Hz, a JPEG camera with a bent lens at 10 Hz and a raw one at 5 Hz, tf_static. */
export const ros2Drive = (): readonly Draft[] => {
  const images = every(10).flatMap(({ index, ns }) => [
    ros2('sensor_msgs/msg/CompressedImage', '/front/image/compressed', ns + IMAGE_LATENCY_MS * MS, {
      header: header(ns, 'camera_front_optical'),
      format: 'rgb8; jpeg compressed bgr8',
      data: jpegAt(index),
    }),
    ros2('sensor_msgs/msg/CameraInfo', '/front/camera_info', ns + IMAGE_LATENCY_MS * MS, {
      header: header(ns, 'camera_front_optical'),
      width: 640,
      height: 360,
      distortion_model: 'plumb_bob',
      d: BENT,
      k: K,
      r: [1, 0, 0, 0, 1, 0, 0, 0, 1],
      p: P,
    }),
  ])
  const raw = every(5).flatMap(({ index, ns }) => [
    ros2('sensor_msgs/msg/Image', '/left/image_raw', ns + IMAGE_LATENCY_MS * MS, {
      header: header(ns, 'camera_left_optical'),
      width: 4,
      height: 2,
      encoding: '8UC3',
      step: 12,
      data: pixelsAt(index),
    }),
    ros2('sensor_msgs/msg/CameraInfo', '/left/camera_info', ns + IMAGE_LATENCY_MS * MS, {
      header: header(ns, 'camera_left_optical'),
      width: 4,
      height: 2,
      distortion_model: 'equidistant',
      d: [0.1, 0.01, 0.001, 0.0001],
      k: [3, 0, 1.5, 0, 3, 0.5, 0, 0, 1],
      p: P,
    }),
  ])
  const odometry = every(20).map(({ timeS, ns }) => {
    const { translation, rotation } = mapFromBaseAt(timeS)
    return ros2('nav_msgs/msg/Odometry', '/odom', ns + ODOMETRY_LATENCY_MS * MS, {
      header: header(ns, 'odom'),
      child_frame_id: 'base_link',
      pose: { pose: { position: translation, orientation: rotation } },
      // Ahead of the axle it goes sideways too.
      twist: {
        twist: {
          linear: { x: SPEED_MPS, y: YAW_RATE_RADPS * EGO_FROM_BASE.translation.x, z: 0 },
          angular: { x: 0, y: 0, z: YAW_RATE_RADPS + 0.01 },
        },
      },
    })
  })
  const imu = every(100).map(({ ns }) =>
    ros2('sensor_msgs/msg/Imu', '/imu', ns + MS, {
      header: header(ns, 'imu_link'),
      angular_velocity: { x: 0, y: 0, z: YAW_RATE_RADPS },
      // Felt with x backward and y to the right: the turn to the left, and the ground.
      linear_acceleration: { x: 0, y: -SPEED_MPS * YAW_RATE_RADPS, z: 9.80665 },
    }),
  )
  const fixes = every(10).map(({ timeS, ns }) =>
    ros2('sensor_msgs/msg/NavSatFix', '/gps', ns, {
      header: header(ns, 'base_link'),
      status: { status: timeS < 0.25 ? -1 : 0, service: 1 },
      ...degreesAt(timeS),
    }),
  )
  const statics = ros2('tf2_msgs/msg/TFMessage', '/tf_static', BEGIN_NS + 2n * MS, {
    transforms: [
      tf(BEGIN_NS, 'base_link', 'camera_front_optical', BASE_FROM_CAMERA),
      tf(BEGIN_NS, 'base_link', 'bracket', BASE_FROM_BRACKET),
      tf(
        BEGIN_NS,
        'bracket',
        'camera_left_optical',
        composeTransforms(invertTransform(BASE_FROM_BRACKET), BASE_FROM_LEFT),
      ),
      tf(BEGIN_NS, 'base_link', 'imu_link', BASE_FROM_IMU),
    ],
  })
  const words = ros2('std_msgs/msg/String', '/rosout', BEGIN_NS, { data: 'hello' })
  return inOrder([words, statics, ...images, ...raw, ...odometry, ...imu, ...fixes])
}

const ORIGIN_IN_ECEF = { x: -2_700_000, y: -4_290_000, z: 3_857_000 }

/** Where base_link is, on the earth. */
const placeAt = (timeS: number) => {
  const { mapFromEcef } = localFrame(ORIGIN_IN_ECEF)
  const ecefFromMap = invertTransform({ translation: { x: 0, y: 0, z: 0 }, rotation: mapFromEcef })
  const { translation } = composeTransforms({ ...ecefFromMap, translation: ORIGIN_IN_ECEF }, mapFromBaseAt(timeS))
  return geodeticFromEcef(translation)
}

const degreesAt = (timeS: number) => {
  const { latitudeRad, longitudeRad, altitudeM } = placeAt(timeS)
  return { latitude: (latitudeRad * 180) / Math.PI, longitude: (longitudeRad * 180) / Math.PI, altitude: altitudeM }
}

/** Foxglove protobuf: poses as transforms at 20 Hz, calibration, a PNG and a raw camera, fixes with a heading. */
export const foxgloveDrive = (): readonly Draft[] => {
  const transform = (
    ns: bigint,
    parentFrameId: string,
    childFrameId: string,
    { translation, rotation }: Transform,
  ) => ({
    timestamp: timestampFromNs(ns),
    parentFrameId,
    childFrameId,
    translation,
    rotation,
  })
  const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])
  return inOrder([
    foxglove(CameraCalibrationSchema, '/front/calibration', BEGIN_NS, {
      frameId: 'camera_front',
      width: 640,
      height: 360,
      distortionModel: 'rational_polynomial',
      D: [...BENT, 0, 0, 0],
      K,
      P,
    }),
    ...every(10).flatMap(({ index, ns }) => [
      foxglove(CompressedImageSchema, '/front/image', ns + IMAGE_LATENCY_MS * MS, {
        timestamp: timestampFromNs(ns),
        frameId: 'camera_front',
        format: 'png',
        data: png,
      }),
      foxglove(RawImageSchema, '/left/image', ns + IMAGE_LATENCY_MS * MS, {
        timestamp: timestampFromNs(ns),
        frameId: 'camera_left',
        width: 4,
        height: 2,
        encoding: 'rgb8',
        step: 12,
        data: pixelsAt(index),
      }),
    ]),
    ...every(20).flatMap(({ timeS, ns }) => [
      foxglove(FrameTransformsSchema, '/tf', ns + MS, {
        transforms: [
          transform(ns, 'world', 'odom', { ...EGO_FROM_BASE, translation: { x: 100, y: 50, z: 0 } }),
          transform(ns, 'odom', 'car', mapFromBaseAt(timeS)),
        ],
      }),
      foxglove(LocationFixSchema, '/fix', ns + MS, {
        timestamp: timestampFromNs(ns),
        frameId: 'car',
        ...degreesAt(timeS),
        heading: Math.PI / 2 - egoPoseAt(timeS).headingRad,
      }),
    ]),
    foxglove(FrameTransformsSchema, '/tf', BEGIN_NS, {
      transforms: [
        transform(BEGIN_NS, 'car', 'camera_front', BASE_FROM_CAMERA),
        transform(BEGIN_NS, 'car', 'camera_left', BASE_FROM_LEFT),
      ],
    }),
  ])
}

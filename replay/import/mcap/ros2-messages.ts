// The one file that knows the ROS 2 libraries.
import { parse } from '@foxglove/rosmsg'
import { MessageReader } from '@foxglove/rosmsg2-serialization'
import { z } from 'zod'
import { type ForeignDecoder, type ForeignKind, rigidTransform } from './foreign-message.ts'

const RAD_PER_DEGREE = Math.PI / 180

// Only what is read of each message; a tape's own definition may have more.
const time = z.object({ sec: z.int(), nanosec: z.int() })
const header = z.object({ stamp: time, frame_id: z.string() })
const vector = z.object({ x: z.number(), y: z.number(), z: z.number() })
const quaternion = z.object({ x: z.number(), y: z.number(), z: z.number(), w: z.number() })
const bytes = z.instanceof(Uint8Array)
const doubles = z.instanceof(Float64Array).transform((values) => [...values])

const nsOf = ({ sec, nanosec }: z.infer<typeof time>): bigint => BigInt(sec) * 1_000_000_000n + BigInt(nanosec)
const stamped = ({ stamp, frame_id }: z.infer<typeof header>) => {
  const captureNs = nsOf(stamp)
  return { captureNs: captureNs === 0n ? undefined : captureNs, frameId: frame_id }
}

const message = <S extends z.ZodType>(
  kind: ForeignKind,
  schema: S,
  read: (value: z.infer<S>) => ReturnType<ForeignDecoder>,
) => ({
  kind,
  read: (value: unknown) => {
    const parsed = schema.safeParse(value)
    if (parsed.success) return read(parsed.data)
    const [issue] = parsed.error.issues
    throw new Error(`${issue?.path.join('.')}: ${issue?.message}`)
  },
})

/** A covariance that begins with -1 says that its field holds nothing (sensor_msgs/Imu). */
const isThere = (covariance: readonly number[]): boolean => covariance[0] !== -1
/** sensor_msgs/NavSatStatus. */
const STATUS_NO_FIX = -1

const ROS2_MESSAGES = {
  'sensor_msgs/msg/CompressedImage': message('image', z.object({ header, data: bytes }), ({ header: head, data }) => ({
    kind: 'image',
    ...stamped(head),
    data,
  })),
  'sensor_msgs/msg/Image': message(
    'raw',
    z.object({ header, height: z.int(), width: z.int(), encoding: z.string(), step: z.int(), data: bytes }),
    ({ header: head, ...image }) => ({ kind: 'raw', ...stamped(head), ...image }),
  ),
  'foxglove_msgs/msg/CompressedVideo': message(
    'video',
    z.object({ timestamp: time, frame_id: z.string(), data: bytes, format: z.string() }),
    ({ timestamp, frame_id, data, format }) => ({
      kind: 'video',
      ...stamped({ stamp: timestamp, frame_id }),
      data,
      format,
    }),
  ),
  'sensor_msgs/msg/CameraInfo': message(
    'info',
    z.object({
      header,
      height: z.int(),
      width: z.int(),
      distortion_model: z.string(),
      d: doubles,
      k: doubles,
      p: doubles,
      binning_x: z.int(),
      binning_y: z.int(),
      roi: z.object({ x_offset: z.int(), y_offset: z.int(), height: z.int(), width: z.int() }),
    }),
    ({ header: head, height, width, distortion_model, d, k, p, binning_x, binning_y, roi }) => {
      const whole = (roi.width === 0 || roi.width === width) && (roi.height === 0 || roi.height === height)
      const cut = binning_x > 1 || binning_y > 1 || roi.x_offset > 0 || roi.y_offset > 0 || !whole
      return { kind: 'info', ...stamped(head), height, width, distortionModel: distortion_model, D: d, K: k, P: p, cut }
    },
  ),
  'tf2_msgs/msg/TFMessage': message(
    'transforms',
    z.object({
      transforms: z.array(
        z.object({
          header,
          child_frame_id: z.string(),
          transform: z.object({ translation: vector, rotation: quaternion }),
        }),
      ),
    }),
    ({ transforms }) => ({
      kind: 'transforms',
      transforms: transforms.map(({ header: head, child_frame_id, transform }) => ({
        timeNs: nsOf(head.stamp),
        parent: head.frame_id,
        child: child_frame_id,
        parentFromChild: rigidTransform(transform.translation, transform.rotation),
      })),
    }),
  ),
  'nav_msgs/msg/Odometry': message(
    'odometry',
    z.object({
      header,
      child_frame_id: z.string(),
      pose: z.object({ pose: z.object({ position: vector, orientation: quaternion }) }),
      twist: z.object({ twist: z.object({ linear: vector, angular: vector }) }),
    }),
    ({ header: head, child_frame_id, pose: { pose }, twist: { twist } }) => ({
      kind: 'odometry',
      ...stamped(head),
      childFrameId: child_frame_id,
      pose: rigidTransform(pose.position, pose.orientation),
      ...twist,
    }),
  ),
  'sensor_msgs/msg/Imu': message(
    'imu',
    z.object({
      header,
      angular_velocity: vector,
      angular_velocity_covariance: doubles,
      linear_acceleration: vector,
      linear_acceleration_covariance: doubles,
    }),
    ({ header: head, ...imu }) => ({
      kind: 'imu',
      ...stamped(head),
      angular: isThere(imu.angular_velocity_covariance) ? imu.angular_velocity : undefined,
      force: isThere(imu.linear_acceleration_covariance) ? imu.linear_acceleration : undefined,
    }),
  ),
  'sensor_msgs/msg/NavSatFix': message(
    'fix',
    z.object({
      header,
      status: z.object({ status: z.int() }),
      latitude: z.number(),
      longitude: z.number(),
      altitude: z.number(),
    }),
    ({ header: head, status: { status }, latitude, longitude, altitude }) => ({
      kind: 'fix',
      ...stamped(head),
      place:
        status === STATUS_NO_FIX
          ? undefined
          : { latitudeRad: latitude * RAD_PER_DEGREE, longitudeRad: longitude * RAD_PER_DEGREE, altitudeM: altitude },
      headingRad: undefined,
    }),
  ),
} as const

export const ROS2_KINDS: Readonly<Record<string, ForeignKind>> = Object.fromEntries(
  Object.entries(ROS2_MESSAGES).map(([name, { kind }]) => [name, kind]),
)

/**
 * A decoder for one ROS 2 message type, by the tape's own definition of it (schema encoding ros2msg); undefined for a type
 * that an import does not take. Throws an Error where the definition cannot be read.
 */
export const ros2Decoder = (
  name: string,
  definition: string,
): { readonly kind: ForeignKind; readonly decode: ForeignDecoder } | undefined => {
  if (!Object.hasOwn(ROS2_MESSAGES, name)) return undefined
  const { kind, read } = ROS2_MESSAGES[name as keyof typeof ROS2_MESSAGES]
  const reader = new MessageReader(parse(definition, { ros2: true }))
  return { kind, decode: (data) => read(reader.readMessage(data)) }
}

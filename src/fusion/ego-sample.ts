import { type PlanarPose, planarFromTransform } from '#geometry'
import type { EgoState } from '#messages'

/** What one ego state says of the motion on the ground plane. What it does not say is absent. */
export interface EgoSample {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  /** In the map frame, as measured; m, m, rad. */
  readonly measuredPose?: PlanarPose | undefined
  /** Along ego x, negative backward; m/s. */
  readonly speedMps?: number | undefined
  /** Along ego x; m/s^2. */
  readonly accelerationMps2?: number | undefined
  /** rad/s. */
  readonly yawRateRadps?: number | undefined
}

/**
 * What no car says of itself: one flipped bit makes a speed of 1e30 m/s, and a stop from there never ends. Each is far
 * beyond any drive, crash and skid included, so that a true number is never refused.
 */
const MOST = {
  /** 540 km/h; m/s. */
  speedMps: 150,
  /** A crash test decelerates by 60 g; m/s^2. */
  accelerationMps2: 1000,
  /** Three turns a second; rad/s. */
  yawRateRadps: 20,
  /** The Earth's circumference is 4.0e7 m, and map projections stay within it; m. */
  mapM: 1e8,
} as const

/** False for what is not finite, too. */
const isWithin = (value: number, most: number): boolean => Math.abs(value) <= most

const within = (value: number | undefined, most: number): number | undefined =>
  value !== undefined && isWithin(value, most) ? value : undefined

/** A pose without a direction (the zero quaternion) is none. */
const poseOf = ({ position, orientation }: NonNullable<EgoState['poseInMap']>): PlanarPose | undefined => {
  if (!position || !orientation) return undefined
  const pose = planarFromTransform({ translation: position, rotation: orientation })
  const { x, y, z, w } = orientation
  const length = Math.hypot(x, y, z, w)
  // Protobuf drivers round to float: 1e-3 lets that pass and refuses a quaternion of something else.
  return Math.abs(length - 1) < 1e-3 && isWithin(pose.xM, MOST.mapM) && isWithin(pose.yM, MOST.mapM) ? pose : undefined
}

/** The message on the ground plane, and the names of the fields that were there but of no use. */
export const egoSampleFrom = (
  message: EgoState,
): { readonly sample: EgoSample; readonly refused: readonly string[] } => {
  const sample = {
    timeNs: message.captureTimeNs,
    measuredPose: message.poseInMap && poseOf(message.poseInMap),
    speedMps: within(message.velocityInEgoMps?.x, MOST.speedMps),
    accelerationMps2: within(message.accelerationInEgoMps2?.x, MOST.accelerationMps2),
    yawRateRadps: within(message.yawRateRadps, MOST.yawRateRadps),
  }
  const refused = [
    message.poseInMap && !sample.measuredPose ? 'pose_in_map' : '',
    message.velocityInEgoMps && sample.speedMps === undefined ? 'velocity_in_ego_mps' : '',
    message.accelerationInEgoMps2 && sample.accelerationMps2 === undefined ? 'acceleration_in_ego_mps2' : '',
    message.yawRateRadps !== undefined && sample.yawRateRadps === undefined ? 'yaw_rate_radps' : '',
  ].filter((name) => name !== '')
  return { sample, refused }
}

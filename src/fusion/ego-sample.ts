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

const finite = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) ? value : undefined

/** A pose without a direction (the zero quaternion) is none. */
const poseOf = ({ position, orientation }: NonNullable<EgoState['poseInMap']>): PlanarPose | undefined => {
  if (!position || !orientation) return undefined
  const pose = planarFromTransform({ translation: position, rotation: orientation })
  const { x, y, z, w } = orientation
  const length = Math.hypot(x, y, z, w)
  // Protobuf drivers round to float: 1e-3 lets that pass and refuses a quaternion of something else.
  return Math.abs(length - 1) < 1e-3 && Number.isFinite(pose.xM) && Number.isFinite(pose.yM) ? pose : undefined
}

/** The message on the ground plane, and the names of the fields that were there but of no use. */
export const egoSampleFrom = (
  message: EgoState,
): { readonly sample: EgoSample; readonly refused: readonly string[] } => {
  const sample = {
    timeNs: message.captureTimeNs,
    measuredPose: message.poseInMap && poseOf(message.poseInMap),
    speedMps: finite(message.velocityInEgoMps?.x),
    accelerationMps2: finite(message.accelerationInEgoMps2?.x),
    yawRateRadps: finite(message.yawRateRadps),
  }
  const refused = [
    message.poseInMap && !sample.measuredPose ? 'pose_in_map' : '',
    message.velocityInEgoMps && sample.speedMps === undefined ? 'velocity_in_ego_mps' : '',
    message.accelerationInEgoMps2 && sample.accelerationMps2 === undefined ? 'acceleration_in_ego_mps2' : '',
    message.yawRateRadps !== undefined && sample.yawRateRadps === undefined ? 'yaw_rate_radps' : '',
  ].filter((name) => name !== '')
  return { sample, refused }
}

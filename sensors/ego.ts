import { type EgoState, EgoStateSchema } from '#messages'
import { firstNotFinite, validatePayload } from './payload.ts'
import { malformed, type Sensor } from './sensor.ts'

/** How far a rotation's length may be from 1: single-precision senders stay within 1e-6, a wrong field does not. */
const UNIT_LENGTH_TOLERANCE = 1e-3

/** outrider.EgoState on /sensors/ego: each number finite where it is there, a pose whole and its rotation of length 1. */
export const egoSensor = (): Sensor => ({
  topic: '/sensors/ego',
  timeOffsetMs: 0,
  newestOnly: false,
  validate: (payload) =>
    validatePayload(EgoStateSchema, payload, (ego) => {
      const notFinite = firstNotFinite(numbersOf(ego))
      if (notFinite) return malformed(`expected finite numbers; found ${notFinite} that is not`)
      const poseFault = brokenPose(ego)
      return poseFault ? malformed(poseFault) : { captureTimeNs: ego.captureTimeNs }
    }),
})

const numbersOf = (ego: EgoState): Record<string, number | undefined> => ({
  'pose_in_map.position.x': ego.poseInMap?.position?.x,
  'pose_in_map.position.y': ego.poseInMap?.position?.y,
  'pose_in_map.position.z': ego.poseInMap?.position?.z,
  'pose_in_map.orientation.x': ego.poseInMap?.orientation?.x,
  'pose_in_map.orientation.y': ego.poseInMap?.orientation?.y,
  'pose_in_map.orientation.z': ego.poseInMap?.orientation?.z,
  'pose_in_map.orientation.w': ego.poseInMap?.orientation?.w,
  'velocity_in_ego_mps.x': ego.velocityInEgoMps?.x,
  'velocity_in_ego_mps.y': ego.velocityInEgoMps?.y,
  'velocity_in_ego_mps.z': ego.velocityInEgoMps?.z,
  'acceleration_in_ego_mps2.x': ego.accelerationInEgoMps2?.x,
  'acceleration_in_ego_mps2.y': ego.accelerationInEgoMps2?.y,
  'acceleration_in_ego_mps2.z': ego.accelerationInEgoMps2?.z,
  yaw_rate_radps: ego.yawRateRadps,
  steering_angle_rad: ego.steeringAngleRad,
})

const brokenPose = ({ poseInMap }: EgoState): string | undefined => {
  if (!poseInMap) return undefined
  const { position, orientation } = poseInMap
  if (!position || !orientation) return 'expected position and orientation in pose_in_map; found one without the other'
  const length = Math.hypot(orientation.x, orientation.y, orientation.z, orientation.w)
  if (Math.abs(length - 1) <= UNIT_LENGTH_TOLERANCE) return undefined
  return `expected an orientation of length 1; found ${length}`
}

import { create } from '@bufbuild/protobuf'
import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE, type PlanarPose } from '#geometry'
import { type Plan, PlanSchema } from '#messages'

export const T0 = 1_700_000_000_000_000_000n
export const ns = (timeS: number): bigint => BigInt(Math.round(timeS * 1e9))
export const vehicle = { wheelbaseM: 2.65, maxSteeringAngleRad: 0.6 }

/** A plan of poses each 0.5 s. */
export const planOf = (poses: readonly PlanarPose[], requestId = 1n, referenceTimeNs = T0): Plan =>
  create(PlanSchema, {
    requestId,
    referenceTimeNs,
    steps: poses.map(({ xM, yM, headingRad }, index) => ({
      timeS: (index + 1) / 2,
      poseInEgo: { xM, yM, headingRad },
    })),
  })

/** Poses that a car drives with these mean speeds (m/s) and yaw rates (rad/s) over steps of 0.5 s. */
export const drive = (speedsMps: readonly number[], yawRates: readonly number[] = []): PlanarPose[] => {
  let pose = IDENTITY_PLANAR_POSE
  return speedsMps.map((speedMps, index) => {
    pose = extrapolateConstantTurnRate(pose, speedMps, yawRates[index] ?? yawRates.at(-1) ?? 0, 0.5)
    return pose
  })
}

/** Mean speeds of steps of 0.5 s from a speed with an acceleration, not below standstill. */
export const speeds = (startMps: number, accelerationMps2: number, steps = 8): number[] =>
  Array.from({ length: steps }, (_, index) => {
    const at = (timeS: number) => {
      const movingS = accelerationMps2 < 0 ? Math.min(timeS, -startMps / accelerationMps2) : timeS
      return startMps * movingS + (accelerationMps2 * movingS * movingS) / 2
    }
    return (at((index + 1) / 2) - at(index / 2)) * 2
  })

import { interpolatePlanar, normaliseAngle, type PlanarPose, sinc } from './planar-pose.ts'

/** A pose and when it is reached, relative to the trajectory's reference; s. */
export interface TimedPose {
  readonly timeS: number
  readonly pose: PlanarPose
}

/** The motion between two consecutive poses, taken as one arc at constant speed and yaw rate. */
export interface TrajectorySegment {
  /** Middle of the segment; s. */
  readonly timeS: number
  readonly durationS: number
  /** Along the arc; m, negative when it runs backward. */
  readonly lengthM: number
  /** m/s; negative backward. */
  readonly speedMps: number
  /** Of the pose's heading, in (-pi, pi]; rad. */
  readonly turnRad: number
  readonly yawRateRadps: number
  /** Turn over length, left positive; 1/m. 0 where nothing moves; large where it turns on the spot. */
  readonly curvaturePerM: number
  /** Speed times yaw rate, left positive; m/s^2. */
  readonly lateralAccelerationMps2: number
  /** Direction of the chord minus the mean heading, in (-pi, pi]; rad. 0 for a car that does not slide. */
  readonly slipRad: number
}

/** A rate of change at an instant. */
export interface TimedRate {
  readonly timeS: number
  readonly value: number
}

const segmentBetween = (from: TimedPose, to: TimedPose): TrajectorySegment => {
  const durationS = to.timeS - from.timeS
  const dx = to.pose.xM - from.pose.xM
  const dy = to.pose.yM - from.pose.yM
  const turnRad = normaliseAngle(to.pose.headingRad - from.pose.headingRad)
  const chordM = Math.hypot(dx, dy)
  const chordAngle = chordM === 0 ? 0 : normaliseAngle(Math.atan2(dy, dx) - from.pose.headingRad - turnRad / 2)
  const backward = Math.abs(chordAngle) > Math.PI / 2
  const arcM = chordM / sinc(turnRad / 2)
  const lengthM = backward ? -arcM : arcM
  const speedMps = lengthM / durationS
  const yawRateRadps = turnRad / durationS
  return {
    timeS: (from.timeS + to.timeS) / 2,
    durationS,
    lengthM,
    speedMps,
    turnRad,
    yawRateRadps,
    curvaturePerM: turnRad === 0 || lengthM === 0 ? 0 : turnRad / lengthM,
    lateralAccelerationMps2: speedMps * yawRateRadps,
    slipRad: backward ? normaliseAngle(chordAngle + Math.PI) : chordAngle,
  }
}

/** One segment between each two consecutive poses; times must increase. */
export const trajectorySegments = (poses: readonly TimedPose[]): readonly TrajectorySegment[] =>
  poses.slice(1).map((pose, index) => segmentBetween(poses[index]!, pose))

/** Finite differences between consecutive samples, each at the middle of its two: n samples give n - 1 rates. */
export const differentiate = (samples: readonly TimedRate[]): readonly TimedRate[] =>
  samples.slice(1).map((sample, index) => {
    const before = samples[index]!
    return {
      timeS: (before.timeS + sample.timeS) / 2,
      value: (sample.value - before.value) / (sample.timeS - before.timeS),
    }
  })

/**
 * Along the path, between segment middles: m/s^2. `initialSpeedMps` is the speed at the first pose's time, when it is
 * known: it adds the acceleration that the first segment asks for.
 */
export const trajectoryAccelerations = (
  poses: readonly TimedPose[],
  initialSpeedMps?: number,
): readonly TimedRate[] => {
  const speeds = trajectorySegments(poses).map(({ timeS, speedMps }) => ({ timeS, value: speedMps }))
  const first = poses[0]
  return differentiate(
    first && initialSpeedMps !== undefined ? [{ timeS: first.timeS, value: initialSpeedMps }, ...speeds] : speeds,
  )
}

/** The pose at `timeS`, between its neighbours; undefined outside the trajectory. */
export const poseAtTime = (poses: readonly TimedPose[], timeS: number): PlanarPose | undefined => {
  const index = poses.findIndex((pose) => pose.timeS >= timeS)
  const to = poses[index]
  if (!to) return undefined
  if (to.timeS === timeS) return to.pose
  const from = poses[index - 1]
  if (!from) return undefined
  return interpolatePlanar(from.pose, to.pose, (timeS - from.timeS) / (to.timeS - from.timeS))
}

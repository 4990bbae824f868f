import { extrapolateConstantTurnRate, interpolatePlanar, type PlanarPose, trajectorySegments } from '#geometry'
import { secondsBetween } from '#messages'
import type { FusionConfig } from './config.ts'
import type { EgoPoint, EgoTrack } from './ego-track.ts'

/** What is known of the ego at one instant. What nobody measured is absent. */
export interface EgoEstimate {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  /** In the map frame, or where no pose was ever measured in one that dead reckoning began; m, m, rad. */
  readonly pose?: PlanarPose | undefined
  /** Along ego x, negative backward; m/s. */
  readonly speedMps?: number | undefined
  /** Along ego x; m/s^2. */
  readonly accelerationMps2?: number | undefined
  /** rad/s. */
  readonly yawRateRadps?: number | undefined
  /** How far the oldest of these was carried forward, 0 when all lie between states; s. */
  readonly extrapolatedS: number
}

interface Carried<T> {
  readonly value: T
  readonly extrapolatedS: number
}

/** How many of the points are not after the instant: they stand first. */
const countUntil = (points: readonly EgoPoint[], timeNs: bigint): number => {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.timeNs <= timeNs) low = middle + 1
    else high = middle
  }
  return low
}

/** The last of the first `count` points that has the field. */
const lastOf = (
  points: readonly EgoPoint[],
  count: number,
  has: (point: EgoPoint) => boolean,
): EgoPoint | undefined => {
  for (let index = count - 1; index >= 0; index -= 1) if (has(points[index]!)) return points[index]
  return undefined
}

/** The points around an instant that have the field: near enough to each other to be joined, or one that is young enough. */
const around = (
  points: readonly EgoPoint[],
  timeNs: bigint,
  has: (point: EgoPoint) => boolean,
  config: FusionConfig,
): { readonly before: EgoPoint; readonly after: EgoPoint | undefined; readonly sinceS: number } | undefined => {
  const until = countUntil(points, timeNs)
  const before = lastOf(points, until, has)
  if (!before) return undefined
  const sinceS = secondsBetween(before.timeNs, timeNs)
  let next = until
  while (next < points.length && !has(points[next]!)) next += 1
  const after = points[next]
  if (after && secondsBetween(before.timeNs, after.timeNs) * 1000 <= config.egoMaxGapMs)
    return { before, after, sinceS }
  return sinceS * 1000 <= config.egoMaxAgeMs ? { before, after: undefined, sinceS } : undefined
}

const fieldAt = (
  points: readonly EgoPoint[],
  timeNs: bigint,
  field: 'speedMps' | 'accelerationMps2' | 'yawRateRadps',
  config: FusionConfig,
): Carried<number> | undefined => {
  const found = around(points, timeNs, (point) => point[field] !== undefined, config)
  if (!found) return undefined
  const { before, after, sinceS } = found
  const from = before[field]!
  if (!after) return { value: from, extrapolatedS: sinceS }
  const fraction = sinceS / secondsBetween(before.timeNs, after.timeNs)
  return { value: from * (1 - fraction) + after[field]! * fraction, extrapolatedS: 0 }
}

/** Speed and yaw rate by difference of the last two poses up to `point`. */
const motionByPoses = (
  points: readonly EgoPoint[],
  point: EgoPoint,
  isPosed: (point: EgoPoint) => boolean,
  config: FusionConfig,
): { readonly speedMps: number; readonly yawRateRadps: number } | undefined => {
  const before = lastOf(points, countUntil(points, point.timeNs) - 1, isPosed)
  if (!before?.pose || !point.pose) return undefined
  const gapS = secondsBetween(before.timeNs, point.timeNs)
  if (gapS * 1000 > config.egoMaxGapMs) return undefined
  return trajectorySegments([
    { timeS: 0, pose: before.pose },
    { timeS: gapS, pose: point.pose },
  ])[0]
}

/** Distance at constant acceleration until `durationS`, or until it stands: braking does not end in reverse; m. */
const distanceM = (speedMps: number, accelerationMps2: number, durationS: number): number => {
  const standsAfterS = speedMps * accelerationMps2 < 0 ? -speedMps / accelerationMps2 : Number.POSITIVE_INFINITY
  const movingS = Math.min(durationS, standsAfterS)
  return speedMps * movingS + (accelerationMps2 * movingS * movingS) / 2
}

/** Where and how fast the ego was (between states) or is (carried forward up to `egoMaxAgeMs`); undefined when nothing near is known. */
export const egoOnTrack = (track: EgoTrack, timeNs: bigint, config: FusionConfig): EgoEstimate | undefined => {
  const { points } = track
  const newestPosed = points.findLast(({ pose }) => pose !== undefined)
  const isPosed = ({ pose, poseFrame }: EgoPoint): boolean => pose !== undefined && poseFrame === newestPosed?.poseFrame

  const speed = fieldAt(points, timeNs, 'speedMps', config)
  const acceleration = fieldAt(points, timeNs, 'accelerationMps2', config)
  const yawRate = fieldAt(points, timeNs, 'yawRateRadps', config)
  const near = around(points, timeNs, isPosed, config)
  const byPoses = near && motionByPoses(points, near.after ?? near.before, isPosed, config)

  // A speed carried on with its acceleration stops at standstill.
  const carriedSpeed = speed && {
    ...speed,
    value: speedAfter(speed.value, speed.extrapolatedS > 0 ? (acceleration?.value ?? 0) : 0, speed.extrapolatedS),
  }
  const speedMps = carriedSpeed?.value ?? byPoses?.speedMps
  const yawRateRadps = yawRate?.value ?? byPoses?.yawRateRadps
  const pose = near && poseNear(near, byPoses)

  if (!pose && speedMps === undefined && yawRateRadps === undefined && !acceleration) return undefined
  return {
    timeNs,
    pose: pose?.value,
    speedMps,
    accelerationMps2: acceleration?.value,
    yawRateRadps,
    extrapolatedS: Math.max(
      ...[pose, carriedSpeed, acceleration, yawRate].map((carried) => carried?.extrapolatedS ?? 0),
    ),
  }
}

const speedAfter = (speedMps: number, accelerationMps2: number, durationS: number): number => {
  const after = speedMps + accelerationMps2 * durationS
  return speedMps * after < 0 ? 0 : after
}

const poseNear = (
  { before, after, sinceS }: { before: EgoPoint; after: EgoPoint | undefined; sinceS: number },
  byPoses: { readonly speedMps: number; readonly yawRateRadps: number } | undefined,
): Carried<PlanarPose> | undefined => {
  const from = before.pose!
  if (after) {
    const fraction = sinceS / secondsBetween(before.timeNs, after.timeNs)
    return { value: interpolatePlanar(from, after.pose!, fraction), extrapolatedS: 0 }
  }
  if (sinceS === 0) return { value: from, extrapolatedS: 0 }
  const speedMps = before.speedMps ?? byPoses?.speedMps
  if (speedMps === undefined) return undefined
  const yawRateRadps = before.yawRateRadps ?? byPoses?.yawRateRadps
  // Where it turned nobody knows: straight on would be a guess that looks like a measurement.
  if (yawRateRadps === undefined) return undefined
  const meanSpeedMps = distanceM(speedMps, before.accelerationMps2 ?? 0, sinceS) / sinceS
  return { value: extrapolateConstantTurnRate(from, meanSpeedMps, yawRateRadps, sinceS), extrapolatedS: sinceS }
}

import type { MessageInitShape } from '@bufbuild/protobuf'
import { OutriderError } from '#errors'
import {
  addVectors,
  composeTransforms,
  invertTransform,
  poseFromTransform,
  rotateVector,
  scaleVector,
  type Transform,
  type Vector3,
} from '#geometry'
import { type EgoStateSchema, secondsBetween } from '#messages'
import { egoStatesFromPoses, type StampedPose } from '../ego-from-poses.ts'
import { ACCELERATION_WINDOW_S, crossProduct, RATE_WINDOW_S, vectorOfNumbers, withoutGravity } from '../inertial.ts'
import { createMeanAround, type Samples } from '../mean-around.ts'
import { posesFromFixes } from './fix-poses.ts'
import type { ForeignFix, ForeignImu, ForeignOdometry } from './foreign-message.ts'
import type { ImportMap } from './import-map.ts'
import { expectBetween } from './mcap-rig.ts'
import type { TransformTree } from './transform-tree.ts'

/** A message with when it held and when it was recorded; ns since the Unix epoch. */
export type Timed<M> = M & { readonly captureNs: bigint; readonly arrivalNs: bigint }

/** What a tape says of the ego's motion. */
export interface EgoSources {
  readonly odometry: readonly Timed<ForeignOdometry>[]
  readonly fixes: readonly Timed<ForeignFix>[]
  readonly imu: readonly Timed<ForeignImu>[]
  readonly tree: TransformTree
}

/** An EgoState, and when it was recorded. */
export interface ArrivedEgo {
  readonly arrivalNs: bigint
  readonly pose: StampedPose
  readonly state: MessageInitShape<typeof EgoStateSchema> & { readonly captureTimeNs: bigint }
}

interface Moving extends StampedPose {
  readonly arrivalNs: bigint
  /** In the ego frame; absent where the source says poses only. */
  readonly linear?: Vector3
  readonly angular?: Vector3
}

/** What an IMU tells, in the ego frame. */
interface Felt {
  readonly yawRateRadps?: number
  readonly accelerationInEgoMps2?: Vector3
}

/** Poses that are no more than this apart tell a velocity: sources of 10 Hz have a neighbour; s. */
const POSE_WINDOW_S = 0.15

/** Ego states in order of time, from what the map names. Throws OutriderError IMPORT_FRAME_UNKNOWN. */
export const mcapEgo = (map: ImportMap, sources: EgoSources): readonly ArrivedEgo[] => {
  const moving = distinct(posesOf(map, sources))
  const states = egoStatesFromPoses(moving, POSE_WINDOW_S)
  const inertial = createInertial(map, sources)
  return moving.map((pose, index) => {
    const { captureTimeNs, velocityInEgoMps, yawRateRadps } = states[index]!
    const felt = inertial(pose)
    const velocity = pose.linear ?? velocityInEgoMps
    const yawRate = felt.yawRateRadps ?? pose.angular?.z ?? yawRateRadps
    const state = {
      captureTimeNs,
      poseInMap: poseFromTransform(pose.mapFromEgo),
      ...(velocity ? { velocityInEgoMps: velocity } : {}),
      ...(felt.accelerationInEgoMps2 ? { accelerationInEgoMps2: felt.accelerationInEgoMps2 } : {}),
      ...(yawRate === undefined ? {} : { yawRateRadps: yawRate }),
    }
    return { arrivalNs: pose.arrivalNs, pose, state }
  })
}

const posesOf = (map: ImportMap, { odometry, fixes, tree }: EgoSources): readonly Moving[] => {
  const { ego, fixed } = map.frames
  /** What is said of a frame of the tape, said of the ego. */
  const egoFrom = (frame: string, use: string): Transform =>
    frame === '' || frame === ego
      ? map.egoFromBase
      : composeTransforms(map.egoFromBase, expectBetween(tree, ego, frame, use))
  if (map.ego.transforms) {
    const track = tree.track(fixed, ego)
    if (!track) {
      throw new OutriderError({
        code: 'IMPORT_FRAME_UNKNOWN',
        expected: `transforms from ${ego} up to ${fixed}: poses of the ego`,
        found: tree.frames.length === 0 ? 'no transforms' : `a tree of ${tree.frames.join(', ')}`,
        next: 'name the frames in the map: frames.ego, frames.fixed',
      })
    }
    const baseFromEgo = invertTransform(map.egoFromBase)
    return track.map(({ timeNs, arrivalNs, targetFromSource }) => ({
      timeNs,
      arrivalNs,
      mapFromEgo: composeTransforms(targetFromSource, baseFromEgo),
    }))
  }
  if (fixes.length > 0) return posesFromFixes(fixes, egoFrom(fixes[0]!.frameId, 'where the antenna sits'))
  const [first] = odometry
  if (!first) return []
  const egoFromChild = egoFrom(first.childFrameId, 'what the odometry is of')
  const childFromEgo = invertTransform(egoFromChild)
  return odometry.map(({ captureNs, arrivalNs, pose, linear, angular }) => {
    const turn = rotateVector(egoFromChild.rotation, angular)
    const lever = scaleVector(egoFromChild.translation, -1)
    return {
      timeNs: captureNs,
      arrivalNs,
      mapFromEgo: composeTransforms(pose, childFromEgo),
      linear: addVectors(rotateVector(egoFromChild.rotation, linear), crossProduct(turn, lever)),
      angular: turn,
    }
  })
}

/** In order of time; of two at one instant the first. */
const distinct = (poses: readonly Moving[]): readonly Moving[] =>
  poses
    .toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : a.timeNs > b.timeNs ? 1 : 0))
    .filter((pose, index, all) => pose.timeNs !== all[index - 1]?.timeNs)

/** Yaw rate and acceleration by the IMU at a pose; what it does not measure is absent. Poses must not go back in time. */
const createInertial = (map: ImportMap, { imu, tree }: EgoSources): ((pose: Moving) => Felt) => {
  const sorted = imu.toSorted((a, b) => (a.captureNs < b.captureNs ? -1 : a.captureNs > b.captureNs ? 1 : 0))
  const [first] = sorted
  if (!first) return () => ({})
  const frame = first.frameId
  const baseFromImu =
    frame === '' || frame === map.frames.ego
      ? undefined
      : expectBetween(tree, map.frames.ego, frame, 'how the IMU sits')
  const inEgo = (vector: Vector3): Vector3 =>
    rotateVector(map.egoFromBase.rotation, baseFromImu ? rotateVector(baseFromImu.rotation, vector) : vector)
  const samples = (pick: (message: ForeignImu) => Vector3 | undefined): Samples => ({
    rows: sorted.length,
    columns: 3,
    timeS: (row) => secondsBetween(first.captureNs, sorted[row]!.captureNs),
    at: (row, column) => pick(sorted[row]!)?.[(['x', 'y', 'z'] as const)[column]!] ?? Number.NaN,
  })
  const angularAround = createMeanAround(
    samples(({ angular }) => angular),
    RATE_WINDOW_S,
  )
  const forceAround = createMeanAround(
    samples(({ force }) => force),
    ACCELERATION_WINDOW_S,
  )
  return ({ timeNs, mapFromEgo }: Moving) => {
    const instantS = secondsBetween(first.captureNs, timeNs)
    const angular = angularAround(instantS)
    const force = forceAround(instantS)
    return {
      ...(angular ? { yawRateRadps: inEgo(vectorOfNumbers(angular)).z } : {}),
      ...(force ? { accelerationInEgoMps2: withoutGravity(inEgo(vectorOfNumbers(force)), mapFromEgo.rotation) } : {}),
    }
  }
}

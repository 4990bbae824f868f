// What rewards compare a plan with: the columns of `truth` in training/outrider_training/record.schema.json.
import { invertPlanar, type PlanarPoint, type PlanarPose, planarPointInTarget } from '#geometry'
import { agentsInEgo } from './agents-in-ego.ts'
import { clipRing } from './clip-ring.ts'
import type { DrivingScene } from './scene.ts'
import { stopLineAhead } from './stop-line-ahead.ts'

type Pair = readonly [number, number]
type Triple = readonly [number, number, number]

export interface PlanRewardTruth {
  readonly poses: readonly Triple[]
  readonly agents: readonly { readonly poses: readonly Triple[]; readonly length: number; readonly width: number }[]
  readonly stop_line?: { readonly line: readonly Pair[]; readonly until?: number }
  readonly drivable?: readonly (readonly Pair[])[]
  readonly ego: { readonly length: number; readonly width: number; readonly rear_overhang: number }
  readonly ego_speed?: number
}

/** A plan that is graded at all is within 3 m of the expert's on the mean; a car is 5 m long; m. */
const NEAR_M = 25

/** To a millimetre. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0
const pair = ({ xM, yM }: PlanarPoint): Pair => [rounded(xM), rounded(yM)]
const triple = ({ xM, yM, headingRad }: PlanarPose): Triple => [rounded(xM), rounded(yM), rounded(headingRad)]

const HERE: PlanarPose = { xM: 0, yM: 0, headingRad: 0 }

/** How the expert drives, and how fast the ego is; in the ego frame at the scene's instant; m, rad, m/s. */
export const drivenTruth = ({ truth, frameSet }: DrivingScene): Pick<PlanRewardTruth, 'poses' | 'ego_speed'> => {
  const speedMps = frameSet.egoHistory.find(({ timeS }) => timeS === 0)?.speedMps
  return {
    poses: (truth.expert?.steps ?? []).map(({ poseInEgo }) => triple(poseInEgo ?? HERE)),
    ...(speedMps !== undefined && { ego_speed: rounded(speedMps) }),
  }
}

/** What else a plan is graded by. All in the ego frame at the scene's instant; m, rad, s. */
export const surroundingTruth = (scene: DrivingScene): Omit<PlanRewardTruth, 'poses' | 'ego_speed'> => {
  const { truth, rig } = scene
  const path = [HERE, ...(truth.expert?.steps ?? []).map(({ poseInEgo }) => poseInEgo ?? HERE)]
  const stop = stopLineAhead(scene)
  const drivable = drivableAround(scene, path)
  return {
    agents: agentsAround(scene, path),
    ...(stop && {
      stop_line: { line: stop.line.map(pair), ...(stop.untilS === undefined ? {} : { until: stop.untilS }) },
    }),
    ...(drivable.length > 0 && { drivable }),
    ego: { length: rig.vehicle.lengthM, width: rig.vehicle.widthM, rear_overhang: rig.vehicle.rearOverhangM },
  }
}

/** Those who come near the expert's path; one who leaves the world meanwhile is far from it. */
const agentsAround = (scene: DrivingScene, path: readonly PlanarPose[]): PlanRewardTruth['agents'] =>
  agentsInEgo(scene).flatMap(({ pose, path: later, agent: { sizeM } }) => {
    const poses = [pose, ...later]
    if (poses.length !== path.length || !sizeM) return []
    const nearestM = Math.min(...poses.map((at, index) => Math.hypot(at.xM - path[index]!.xM, at.yM - path[index]!.yM)))
    return nearestM > NEAR_M ? [] : [{ poses: poses.map(triple), length: sizeM.x, width: sizeM.y }]
  })

const drivableAround = (
  { map, mapFromEgo }: DrivingScene,
  path: readonly PlanarPose[],
): readonly (readonly Pair[])[] => {
  const egoFromMap = invertPlanar(mapFromEgo)
  const [xs, ys] = [path.map(({ xM }) => xM), path.map(({ yM }) => yM)]
  const window = {
    minX: Math.min(...xs) - NEAR_M,
    minY: Math.min(...ys) - NEAR_M,
    maxX: Math.max(...xs) + NEAR_M,
    maxY: Math.max(...ys) + NEAR_M,
  }
  return (map?.drivableAreas ?? []).flatMap(({ points }) => {
    const ring = points.map(({ x, y }) => planarPointInTarget(egoFromMap, { xM: x, yM: y }))
    const clipped = clipRing(ring, window)
    return clipped.length < 3 ? [] : [clipped.map(pair)]
  })
}

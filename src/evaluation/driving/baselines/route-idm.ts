import {
  arcLengths,
  curvatureThrough,
  type PlanarPose,
  planarBoxCorners,
  poseAtArcLength,
  projectOnPolyline,
  relativePlanar,
} from '#geometry'
import { type Other, otherAt } from '../navsim/others.ts'
import { STEP_S } from '../navsim/plan-states.ts'
import { type RouteLine, routeLine } from '../route-line.ts'
import type { SceneCase } from '../scene-case.ts'
import { type Baseline, PERIOD_S, POSES } from './baseline.ts'
import { constantVelocity } from './constant-velocity.ts'

/**
 * Intelligent driver model (Treiber, Hennecke, Helbing 2000): acceleration, comfortable and hardest braking (m/s^2), room to the
 * next (m), headway (s), and sideways acceleration in bends (m/s^2). Values for town traffic; nuPlan's own IDM planner is calmer.
 */
const DRIVER = { accelerationMps2: 1.8, brakingMps2: 2.2, hardestMps2: 6, roomM: 2.5, headwayS: 1, bendMps2: 2.2 }
/** Beyond the ego's own width, on each side: who is nearer to its way is in it; m. */
const CLEARANCE_M = 0.3
/** Before a stop line; m. */
const BEFORE_LINE_M = 0.5
/** Between the points at which bends are looked at; m. */
const BEND_STEP_M = 4

/**
 * Follows the navigation's way along the middles of lanes, keeps the limit, bends, red lights and its distance. Reads the map and
 * where everybody really goes: an oracle of what is around, without one of who is about to step into the road. Without a map
 * it goes on as fast as now.
 */
export const routeIdm: Baseline = {
  name: 'route-idm',
  plan: (scene) => {
    const { road, ego } = scene
    const line = road && routeLine(road, ego.poseInMap, scene.scene.route, scene.scene.truth.lane?.id ?? '')
    return line ? drive(scene, line) : constantVelocity.plan(scene)
  },
}

const drive = (scene: SceneCase, line: RouteLine): readonly PlanarPose[] => {
  const { ego } = scene
  const start = projectOnPolyline(line.points, ego.poseInMap)
  if (!start) return constantVelocity.plan(scene)
  const desired = desiredSpeeds(line)
  const poses: PlanarPose[] = []
  let [stationM, speedMps] = [start.arcLengthM, ego.speedMps]
  for (let step = 1; step <= (POSES * PERIOD_S) / STEP_S; step += 1) {
    const timeS = (step - 1) * STEP_S
    const obstacle = nearestObstacle(scene, line, stationM, timeS)
    const acceleration = idm(speedMps, desired(stationM), obstacle)
    const after = Math.max(speedMps + acceleration * STEP_S, 0)
    stationM += ((speedMps + after) / 2) * STEP_S
    speedMps = after
    if (step % Math.round(PERIOD_S / STEP_S) !== 0) continue
    const { xM, yM, headingRad } = poseAtArcLength(line.points, stationM)
    // Back to the middle of the lane within the horizon, as a driver does.
    const asideM = start.lateralM * Math.max(1 - (step * STEP_S) / 3, 0)
    const onRoad = { xM: xM - Math.sin(headingRad) * asideM, yM: yM + Math.cos(headingRad) * asideM, headingRad }
    poses.push(relativePlanar(ego.poseInMap, onRoad))
  }
  return poses
}

interface Obstacle {
  readonly gapM: number
  readonly speedMps: number
}

const idm = (speedMps: number, desiredMps: number, obstacle: Obstacle | undefined): number => {
  const { accelerationMps2, brakingMps2, hardestMps2, roomM, headwayS } = DRIVER
  const free = desiredMps > 0 ? 1 - (speedMps / desiredMps) ** 4 : -1
  if (!obstacle) return Math.max(accelerationMps2 * free, -hardestMps2)
  const closing = (speedMps * (speedMps - obstacle.speedMps)) / (2 * Math.sqrt(accelerationMps2 * brakingMps2))
  const wantedM = roomM + Math.max(speedMps * headwayS + closing, 0)
  const interaction = (wantedM / Math.max(obstacle.gapM, 0.1)) ** 2
  return Math.max(accelerationMps2 * Math.min(free, 1 - interaction), -hardestMps2)
}

/** At a station: the limit, and what the bends to come allow when braked for comfortably. */
const desiredSpeeds = ({ points, limitsMps }: RouteLine): ((stationM: number) => number) => {
  const along = arcLengths(points)
  const bends: { readonly stationM: number; readonly mps: number }[] = []
  for (let stationM = BEND_STEP_M; stationM < along.at(-1)! - BEND_STEP_M; stationM += BEND_STEP_M / 2) {
    const [a, b, c] = [stationM - BEND_STEP_M, stationM, stationM + BEND_STEP_M].map((at) =>
      poseAtArcLength(points, at),
    )
    const curvature = Math.abs(curvatureThrough(a!, b!, c!))
    if (curvature > 1e-3) bends.push({ stationM, mps: Math.sqrt(DRIVER.bendMps2 / curvature) })
  }
  return (stationM) => {
    const index = along.findIndex((at) => at >= stationM)
    const limitMps = limitsMps[index < 0 ? limitsMps.length - 1 : index] ?? 0
    return bends.reduce((slowest, bend) => {
      const aheadM = bend.stationM - stationM
      if (aheadM < 0) return slowest
      return Math.min(slowest, Math.sqrt(bend.mps ** 2 + 2 * DRIVER.brakingMps2 * 0.7 * aheadM))
    }, limitMps)
  }
}

const nearestObstacle = (
  { others, isRedAt, scene: { rig } }: SceneCase,
  line: RouteLine,
  stationM: number,
  timeS: number,
): Obstacle | undefined => {
  const { lengthM, rearOverhangM, widthM } = rig.vehicle
  const frontM = stationM + lengthM - rearOverhangM
  const inWay = others.flatMap((other) => obstacleOf(other, line, frontM, widthM / 2 + CLEARANCE_M, timeS) ?? [])
  const red = line.lights
    .filter((light) => light.stationM > frontM - 1 && isRedAt(light.lightId, timeS))
    .map((light) => ({ gapM: light.stationM - BEFORE_LINE_M - frontM + DRIVER.roomM, speedMps: 0 }))
  return [...inWay, ...red].toSorted((a, b) => a.gapM - b.gapM)[0]
}

/** Further off than this nobody matters; m. */
const LOOKS_M = 90

const obstacleOf = (
  other: Other,
  { points }: RouteLine,
  frontM: number,
  halfWidthM: number,
  timeS: number,
): Obstacle | undefined => {
  const box = otherAt(other, timeS)
  const origin = points[0]!
  if (!box || Math.hypot(box.pose.xM - origin.xM, box.pose.yM - origin.yM) > LOOKS_M + 40) return undefined
  const corners = planarBoxCorners(box).flatMap((corner) => projectOnPolyline(points, corner) ?? [])
  const [least, most] = [Math.min(...corners.map(lateral)), Math.max(...corners.map(lateral))]
  if (least > halfWidthM || most < -halfWidthM) return undefined
  const rearM = Math.min(...corners.map(({ arcLengthM }) => arcLengthM))
  const middleM = projectOnPolyline(points, box.pose)?.arcLengthM ?? rearM
  if (middleM < frontM || rearM > frontM + LOOKS_M) return undefined
  const before = otherAt(other, Math.max(timeS - STEP_S, 0))
  const after = otherAt(other, timeS + STEP_S) ?? box
  const overS = timeS === 0 ? STEP_S : 2 * STEP_S
  const movedM =
    (projectOnPolyline(points, after.pose)?.arcLengthM ?? 0) -
    (projectOnPolyline(points, (before ?? box).pose)?.arcLengthM ?? 0)
  return { gapM: rearM - frontM, speedMps: movedM / overS }
}

const lateral = ({ lateralM }: { readonly lateralM: number }): number => lateralM

import { normaliseAngle, type PlanarPoint, type PlanarPose } from '#geometry'
import { roadThrough } from '../offset-road.ts'
import { poseOnRoad } from '../road.ts'
import type { Lane } from '../road-map.ts'
import type { BuiltRoad } from './built-road.ts'
import { laneId } from './built-road.ts'
import type { JunctionDraft } from './draft.ts'
import { LANE_WIDTH_M } from './lane-width.ts'

/** One arm seen from the junction. */
export interface Arm {
  readonly road: BuiltRoad
  /** Of the middle line where the arm begins; heading away from the junction. */
  readonly pose: PlanarPose
  /** Of the lanes that lead into the junction: 1 when they go with the road. */
  readonly inward: 1 | -1
  readonly inLanes: number
  readonly outLanes: number
  /** Half widths of asphalt, seen from the junction; m. */
  readonly leftM: number
  readonly rightM: number
}

export const armsOf = ({ arms }: JunctionDraft, roads: ReadonlyMap<string, BuiltRoad>): readonly Arm[] =>
  arms.map(({ roadId, end }) => {
    const road = roads.get(roadId)!
    const { draft, middle } = road
    const atEnd = end === 'end'
    const pose = poseOnRoad(middle, atEnd ? middle.lengthM : 0, 0)
    return {
      road,
      pose: atEnd ? { ...pose, headingRad: normaliseAngle(pose.headingRad + Math.PI) } : pose,
      inward: atEnd ? 1 : -1,
      inLanes: atEnd ? draft.forward : draft.backward,
      outLanes: atEnd ? draft.backward : draft.forward,
      leftM: atEnd ? road.rightM : road.leftM,
      rightM: atEnd ? road.leftM : road.rightM,
    }
  })

/** Less is still straight on; rad. */
const STRAIGHT_RAD = (50 * Math.PI) / 180

export const turnBetween = (from: Arm, to: Arm): 'straight' | 'left' | 'right' => {
  const turnRad = normaliseAngle(to.pose.headingRad - (from.pose.headingRad + Math.PI))
  if (Math.abs(turnRad) < STRAIGHT_RAD) return 'straight'
  return turnRad > 0 ? 'left' : 'right'
}

export const inLaneId = ({ road, inward }: Arm, index: number): string => laneId(road.draft.id, inward, index)
const outLaneId = ({ road, inward }: Arm, index: number): string => laneId(road.draft.id, inward === 1 ? -1 : 1, index)

/** A curve that begins and ends as straight as the lanes it ties: a Bezier of degree 5 with three points on either lane. */
const between = (from: PlanarPose, to: PlanarPose): readonly PlanarPoint[] => {
  const handleM = Math.hypot(to.xM - from.xM, to.yM - from.yM) * 0.27
  const on = (pose: PlanarPose, alongM: number): PlanarPoint => ({
    xM: pose.xM + alongM * Math.cos(pose.headingRad),
    yM: pose.yM + alongM * Math.sin(pose.headingRad),
  })
  const points = [
    on(from, 0),
    on(from, handleM),
    on(from, 2 * handleM),
    on(to, -2 * handleM),
    on(to, -handleM),
    on(to, 0),
  ]
  const binomials = [1, 5, 10, 10, 5, 1]
  return Array.from({ length: 201 }, (_, index) => {
    const t = index / 200
    const weights = binomials.map((binomial, power) => binomial * t ** power * (1 - t) ** (5 - power))
    return {
      xM: points.reduce((sum, { xM }, power) => sum + xM * weights[power]!, 0),
      yM: points.reduce((sum, { yM }, power) => sum + yM * weights[power]!, 0),
    }
  })
}

/** Lanes across the junction: straight on from every lane, left from the innermost, right from the outermost. */
export const connectors = (
  draft: JunctionDraft,
  arms: readonly Arm[],
  lanes: ReadonlyMap<string, Lane>,
): readonly Lane[] =>
  arms.flatMap((from) =>
    arms
      .filter((to) => to !== from)
      .flatMap((to) => {
        const turn = turnBetween(from, to)
        const pairs: readonly (readonly [number, number])[] =
          turn === 'left'
            ? [[0, 0]]
            : turn === 'right'
              ? [[from.inLanes - 1, to.outLanes - 1]]
              : Array.from({ length: from.inLanes }, (_, index) => [index, Math.min(index, to.outLanes - 1)] as const)
        return from.inLanes === 0 || to.outLanes === 0
          ? []
          : pairs.map(([inIndex, outIndex]): Lane => {
              const inLane = lanes.get(inLaneId(from, inIndex))!
              const outLane = lanes.get(outLaneId(to, outIndex))!
              const begin = poseOnRoad(inLane.path, inLane.path.lengthM, 0)
              return {
                id: `${draft.id}/${inLane.id}-${outLane.id}`,
                path: roadThrough(between(begin, poseOnRoad(outLane.path, 0, 0))),
                widthM: LANE_WIDTH_M,
                limitMps: Math.min(inLane.limitMps, outLane.limitMps),
                nextIds: [outLane.id],
                stops: [],
                turn,
              }
            })
      }),
  )

/** Its edge, around it counter-clockwise, `outwardM` beyond the asphalt: straight where arms face each other, rounded between others. */
export const outline = (arms: readonly Arm[], outwardM: number): readonly PlanarPoint[] => {
  const side = ({ pose }: Arm, lateralM: number): PlanarPoint => ({
    xM: pose.xM - lateralM * Math.sin(pose.headingRad),
    yM: pose.yM + lateralM * Math.cos(pose.headingRad),
  })
  return arms.flatMap((arm, index) => {
    const next = arms[(index + 1) % arms.length]!
    const right = side(arm, -(arm.rightM + outwardM))
    const left = side(arm, arm.leftM + outwardM)
    const target = side(next, -(next.rightM + outwardM))
    const corner = crossingOf(left, arm.pose.headingRad, target, next.pose.headingRad)
    if (!corner) return [right, left]
    const curve = Array.from({ length: 7 }, (_, step) => {
      const t = (step + 1) / 8
      const [a, b, c] = [(1 - t) ** 2, 2 * t * (1 - t), t ** 2]
      return {
        xM: a * left.xM + b * corner.xM + c * target.xM,
        yM: a * left.yM + b * corner.yM + c * target.yM,
      }
    })
    return [right, left, ...curve]
  })
}

/** Where two lines meet; undefined when they are nearly parallel. */
const crossingOf = (a: PlanarPoint, aRad: number, b: PlanarPoint, bRad: number): PlanarPoint | undefined => {
  const cross = Math.cos(aRad) * Math.sin(bRad) - Math.sin(aRad) * Math.cos(bRad)
  if (Math.abs(cross) < 0.2) return undefined
  const along = ((b.xM - a.xM) * Math.sin(bRad) - (b.yM - a.yM) * Math.cos(bRad)) / cross
  return { xM: a.xM + along * Math.cos(aRad), yM: a.yM + along * Math.sin(aRad) }
}

export const centreOf = (arms: readonly Arm[]): PlanarPoint => ({
  xM: arms.reduce((sum, { pose }) => sum + pose.xM, 0) / arms.length,
  yM: arms.reduce((sum, { pose }) => sum + pose.yM, 0) / arms.length,
})

import { normaliseAngle, type PlanarPoint, projectOnPolyline } from '#geometry'
import { type GroundTruthMap, GroundTruthMap_StopLine_Rule as Rule } from '#messages'

/** A lane of the world's own map; places in the map frame. */
export interface RoadLane {
  readonly id: string
  /** In the direction of travel; m. */
  readonly centreLine: readonly PlanarPoint[]
  readonly widthM: number
  readonly limitMps: number
  readonly nextIds: readonly string[]
  readonly inJunction: boolean
  /** Where a light rules, and which. */
  readonly lightLines: readonly { readonly stationM: number; readonly lightId: string }[]
  readonly bounds: Bounds
}

interface Bounds {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

/** The roads of a drive. */
export interface Road {
  readonly lanes: readonly RoadLane[]
  readonly drivable: readonly { readonly points: readonly PlanarPoint[]; readonly bounds: Bounds }[]
}

const boundsOf = (points: readonly PlanarPoint[], marginM: number): Bounds => ({
  minX: Math.min(...points.map(({ xM }) => xM)) - marginM,
  minY: Math.min(...points.map(({ yM }) => yM)) - marginM,
  maxX: Math.max(...points.map(({ xM }) => xM)) + marginM,
  maxY: Math.max(...points.map(({ yM }) => yM)) + marginM,
})

const holds = ({ minX, minY, maxX, maxY }: Bounds, { xM, yM }: PlanarPoint): boolean =>
  xM >= minX && xM <= maxX && yM >= minY && yM <= maxY

const plain = ({ x, y }: { readonly x: number; readonly y: number }): PlanarPoint => ({ xM: x, yM: y })

export const roadOf = (map: GroundTruthMap): Road => ({
  lanes: map.lanes.map((lane) => {
    const centreLine = lane.centreLine.map(plain)
    return {
      id: lane.id,
      centreLine,
      widthM: lane.widthM,
      limitMps: lane.speedLimitMps,
      nextIds: lane.nextIds,
      inJunction: lane.inJunction,
      lightLines: lane.stopLines
        .filter(({ rule }) => rule === Rule.LIGHT)
        .map(({ stationM, id }) => ({ stationM, lightId: id })),
      bounds: boundsOf(centreLine, lane.widthM),
    }
  }),
  drivable: map.drivableAreas.map((area) => {
    const points = area.points.map(plain)
    return { points, bounds: boundsOf(points, 0) }
  }),
})

/** The part of a road within `radiusM` of a place: what a plan of 4 s can touch. */
export const roadAround = ({ lanes, drivable }: Road, { xM, yM }: PlanarPoint, radiusM: number): Road => {
  const near = ({ bounds }: { readonly bounds: Bounds }): boolean =>
    bounds.minX <= xM + radiusM &&
    bounds.maxX >= xM - radiusM &&
    bounds.minY <= yM + radiusM &&
    bounds.maxY >= yM - radiusM
  return { lanes: lanes.filter(near), drivable: drivable.filter(near) }
}

/** By the number of edges that a ray to the right crosses. */
const isInPolygon = (points: readonly PlanarPoint[], { xM, yM }: PlanarPoint): boolean => {
  let inside = false
  let before = points.at(-1)!
  for (const point of points) {
    const crosses = point.yM > yM !== before.yM > yM
    if (crosses && xM < point.xM + ((yM - point.yM) / (before.yM - point.yM)) * (before.xM - point.xM)) inside = !inside
    before = point
  }
  return inside
}

export const isDrivable = ({ drivable }: Road, point: PlanarPoint): boolean =>
  drivable.some(({ points, bounds }) => holds(bounds, point) && isInPolygon(points, point))

/** Where a point lies in a lane. */
export interface InLane {
  readonly lane: RoadLane
  readonly stationM: number
  /** From its middle, left positive; m. */
  readonly lateralM: number
  /** Of the lane there; rad. */
  readonly headingRad: number
}

/** Nearer to the end of a segment than this is at it; m. */
const AT_END_M = 0.01

/** All lanes whose surface holds the point: no further from the middle than half the width, and not past an end. */
export const lanesAt = ({ lanes }: Road, point: PlanarPoint): readonly InLane[] =>
  lanes.flatMap((lane) => {
    if (!holds(lane.bounds, point)) return []
    const found = projectOnPolyline(lane.centreLine, point)
    if (!found || Math.abs(found.lateralM) > lane.widthM / 2) return []
    const { arcLengthM: stationM, lateralM, headingRad } = found
    return isPastEnd(lane, point, stationM, headingRad) ? [] : [{ lane, stationM, lateralM, headingRad }]
  })

/** The distance to the nearest point of the line is askew there, not across. */
const isPastEnd = ({ centreLine }: RoadLane, point: PlanarPoint, stationM: number, headingRad: number): boolean => {
  const along = (from: PlanarPoint): number =>
    (point.xM - from.xM) * Math.cos(headingRad) + (point.yM - from.yM) * Math.sin(headingRad)
  const first = centreLine[0]!
  return (stationM === 0 && along(first) < -AT_END_M) || (stationM > 0 && isAtLast(centreLine, point, along))
}

const isAtLast = (
  centreLine: readonly PlanarPoint[],
  point: PlanarPoint,
  along: (from: PlanarPoint) => number,
): boolean => {
  const last = centreLine.at(-1)!
  const before = centreLine.at(-2)!
  const beyond = (point.xM - last.xM) * (last.xM - before.xM) + (point.yM - last.yM) * (last.yM - before.yM)
  return beyond > 0 && along(last) > AT_END_M
}

/** Of those, the ones that go the ego's way, the nearest to its middle first. */
export const lanesAlong = (road: Road, point: PlanarPoint, headingRad: number): readonly InLane[] =>
  lanesAt(road, point)
    .filter((found) => Math.abs(normaliseAngle(found.headingRad - headingRad)) < Math.PI / 2)
    .toSorted((a, b) => Math.abs(a.lateralM) - Math.abs(b.lateralM))

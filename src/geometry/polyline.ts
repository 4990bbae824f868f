import type { PlanarPoint, PlanarPose } from './planar-pose.ts'

/** Distance along the polyline to each of its points, from 0; m. */
export const arcLengths = (points: readonly PlanarPoint[]): readonly number[] => {
  const lengths: number[] = []
  let lengthM = 0
  points.forEach((point, index) => {
    const before = points[index - 1]
    if (before) lengthM += Math.hypot(point.xM - before.xM, point.yM - before.yM)
    lengths.push(lengthM)
  })
  return lengths
}

export const polylineLength = (points: readonly PlanarPoint[]): number => arcLengths(points).at(-1) ?? 0

/** Signed curvature of the circle through three points, left positive; 1/m. 0 where two of them coincide. */
export const curvatureThrough = (a: PlanarPoint, b: PlanarPoint, c: PlanarPoint): number => {
  const product =
    Math.hypot(b.xM - a.xM, b.yM - a.yM) * Math.hypot(c.xM - b.xM, c.yM - b.yM) * Math.hypot(c.xM - a.xM, c.yM - a.yM)
  const doubleArea = (b.xM - a.xM) * (c.yM - a.yM) - (b.yM - a.yM) * (c.xM - a.xM)
  return product === 0 ? 0 : (2 * doubleArea) / product
}

/** A point on the polyline and the direction it runs there. Past either end it goes on straight. */
export const poseAtArcLength = (points: readonly PlanarPoint[], arcLengthM: number): PlanarPose => {
  const lengths = arcLengths(points)
  let index = lengths.findIndex((lengthM) => lengthM >= arcLengthM)
  if (index < 0) index = points.length - 1
  // The segment that ends at `index`; one without length has no direction, so look back.
  index = Math.max(index, 1)
  while (index < points.length - 1 && lengths[index] === lengths[index - 1]) index += 1
  while (index > 1 && lengths[index] === lengths[index - 1]) index -= 1
  const from = points[index - 1]
  const to = points[index]
  if (!from || !to) throw new Error(`a polyline has at least 2 points, found ${points.length}`)
  const headingRad = Math.atan2(to.yM - from.yM, to.xM - from.xM)
  const alongM = arcLengthM - lengths[index - 1]!
  return { xM: from.xM + alongM * Math.cos(headingRad), yM: from.yM + alongM * Math.sin(headingRad), headingRad }
}

/** The nearest place on a polyline. */
export interface PolylineProjection {
  /** From the first point; m. */
  readonly arcLengthM: number
  /** Of the point from the polyline, left positive; m. */
  readonly lateralM: number
  /** Direction of the polyline there; rad. */
  readonly headingRad: number
}

/** Nearest place on the polyline to a point; undefined when it has no segment of any length. */
export const projectOnPolyline = (
  points: readonly PlanarPoint[],
  point: PlanarPoint,
): PolylineProjection | undefined => {
  let best: PolylineProjection | undefined
  let bestDistanceM = Number.POSITIVE_INFINITY
  let startM = 0
  for (let index = 1; index < points.length; index += 1) {
    const from = points[index - 1]!
    const to = points[index]!
    const lengthM = Math.hypot(to.xM - from.xM, to.yM - from.yM)
    if (lengthM === 0) continue
    const ux = (to.xM - from.xM) / lengthM
    const uy = (to.yM - from.yM) / lengthM
    const alongM = Math.min(Math.max((point.xM - from.xM) * ux + (point.yM - from.yM) * uy, 0), lengthM)
    const dx = point.xM - from.xM - alongM * ux
    const dy = point.yM - from.yM - alongM * uy
    const distanceM = Math.hypot(dx, dy)
    if (distanceM < bestDistanceM) {
      bestDistanceM = distanceM
      const left = ux * dy - uy * dx
      best = {
        arcLengthM: startM + alongM,
        lateralM: left < 0 ? -distanceM : distanceM,
        headingRad: Math.atan2(uy, ux),
      }
    }
    startM += lengthM
  }
  return best
}

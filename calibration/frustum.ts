import { interpolateVectors, type Vector3 } from '#geometry'
import type { Pixel } from './models/camera-model.ts'
import { modelOf } from './models/index.ts'
import type { RigCamera } from './rig-schema.ts'

/** Nearer than this to the camera's plane nothing is seen; m. Less would divide by almost nothing, more would cut what a bumper camera sees. */
const NEAR_M = 0.05

/** A half space in the camera frame: its inside is where normal . point >= offset. */
interface HalfSpace {
  readonly normal: Vector3
  readonly offset: number
}

/** Along the border of the image, 16 pieces a side. */
export const borderPixels = ({ width, height }: RigCamera): readonly Pixel[] =>
  Array.from({ length: 17 }, (_, index) => index / 16).flatMap((step) => [
    { x: width * step, y: 0 },
    { x: width * step, y: height },
    { x: 0, y: height * step },
    { x: width, y: height * step },
  ])

/** A fisheye sees past its own plane; its sides are then 89 degrees from the axis, and what is behind the plane is not drawn. */
const LEAST_DEPTH = Math.tan(Math.PI / 180)

const frustums = new WeakMap<RigCamera, readonly HalfSpace[]>()

/** The near plane and four sides; a lens that bends its border gets sides that are a little wide. */
const frustumOf = (camera: RigCamera): readonly HalfSpace[] => {
  const known = frustums.get(camera)
  if (known) return known
  const { model, width, height } = camera
  const { direction } = modelOf(model)
  const directions = borderPixels(camera).map((pixel) => {
    const found = direction(model, pixel)
    // A border pixel without a direction (checkRig names such a lens) counts as if the lens were ideal.
    if (!found) return { x: (pixel.x - model.cx) / model.fx, y: (pixel.y - model.cy) / model.fy }
    const depth = Math.max(found.z, LEAST_DEPTH * Math.hypot(found.x, found.y))
    return { x: found.x / depth, y: found.y / depth }
  })
  const xs = [...directions.map(({ x }) => x), -model.cx / model.fx, (width - model.cx) / model.fx]
  const ys = [...directions.map(({ y }) => y), -model.cy / model.fy, (height - model.cy) / model.fy]
  const planes: readonly HalfSpace[] = [
    { normal: { x: 0, y: 0, z: 1 }, offset: NEAR_M },
    { normal: { x: 1, y: 0, z: -Math.min(...xs) }, offset: 0 },
    { normal: { x: -1, y: 0, z: Math.max(...xs) }, offset: 0 },
    { normal: { x: 0, y: 1, z: -Math.min(...ys) }, offset: 0 },
    { normal: { x: 0, y: -1, z: Math.max(...ys) }, offset: 0 },
  ]
  frustums.set(camera, planes)
  return planes
}

const depthIn = ({ normal, offset }: HalfSpace, { x, y, z }: Vector3): number =>
  normal.x * x + normal.y * y + normal.z * z - offset

/** What the camera may see of a convex polygon, both in the camera frame; empty when nothing. Sutherland and Hodgman's clip. */
export const clipPolygonToFrustum = (camera: RigCamera, polygon: readonly Vector3[]): readonly Vector3[] => {
  let points = polygon
  for (const plane of frustumOf(camera)) {
    const inside = countInside(plane, points)
    if (inside === 0) return []
    if (inside < points.length) points = clipToHalfSpace(plane, points)
  }
  return points
}

const countInside = (plane: HalfSpace, points: readonly Vector3[]): number => {
  let inside = 0
  for (const point of points) if (depthIn(plane, point) >= 0) inside += 1
  return inside
}

const clipToHalfSpace = (plane: HalfSpace, points: readonly Vector3[]): readonly Vector3[] => {
  const kept: Vector3[] = []
  let before = points.at(-1)!
  let there = depthIn(plane, before)
  for (const point of points) {
    const here = depthIn(plane, point)
    if (here >= 0 !== there >= 0) kept.push(interpolateVectors(before, point, there / (there - here)))
    if (here >= 0) kept.push(point)
    before = point
    there = here
  }
  return kept
}

/** What the camera may see of a straight line, both in the camera frame; undefined when nothing. */
export const clipSegmentToFrustum = (
  camera: RigCamera,
  from: Vector3,
  to: Vector3,
): readonly [Vector3, Vector3] | undefined => {
  let start = 0
  let end = 1
  for (const plane of frustumOf(camera)) {
    const atFrom = depthIn(plane, from)
    const atTo = depthIn(plane, to)
    if (atFrom < 0 && atTo < 0) return undefined
    if (atFrom < 0) start = Math.max(start, atFrom / (atFrom - atTo))
    else if (atTo < 0) end = Math.min(end, atFrom / (atFrom - atTo))
  }
  return start < end ? [interpolateVectors(from, to, start), interpolateVectors(from, to, end)] : undefined
}

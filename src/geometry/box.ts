import { type PlanarPoint, type PlanarPose, planarPointInTarget } from './planar-pose.ts'
import { applyTransform, type Transform } from './transform.ts'
import type { Vector3 } from './vector.ts'

/** An oriented box in space. */
export interface Box3 {
  /** Of the box frame (origin in its centre; x along its length, y its width, z its height) in the frame that the name gives. */
  readonly pose: Transform
  /** Length (x), width (y), height (z); m. */
  readonly sizeM: Vector3
}

/** Corners 0-3 go round the front face (+x), 4-7 the back face, in the same order: top left, top right, bottom right, bottom left, seen from behind the box. */
const CORNER_SIGNS = [
  [1, 1, 1],
  [1, -1, 1],
  [1, -1, -1],
  [1, 1, -1],
  [-1, 1, 1],
  [-1, -1, 1],
  [-1, -1, -1],
  [-1, 1, -1],
] as const

/** Pairs of corners. */
export const BOX_EDGES: readonly (readonly [number, number])[] = [
  [0, 1],
  [1, 2],
  [2, 3],
  [3, 0],
  [4, 5],
  [5, 6],
  [6, 7],
  [7, 4],
  [0, 4],
  [1, 5],
  [2, 6],
  [3, 7],
]

/** The eight corners, in the frame of the box's pose; m. */
export const boxCorners = ({ pose, sizeM }: Box3): readonly Vector3[] =>
  CORNER_SIGNS.map(([x, y, z]) =>
    applyTransform(pose, { x: (x * sizeM.x) / 2, y: (y * sizeM.y) / 2, z: (z * sizeM.z) / 2 }),
  )

/** A rectangle on the ground plane. */
export interface PlanarBox {
  /** Of its centre, x along its length. */
  readonly pose: PlanarPose
  readonly lengthM: number
  readonly widthM: number
}

/** Counter-clockwise from front left. */
export const planarBoxCorners = ({ pose, lengthM, widthM }: PlanarBox): readonly PlanarPoint[] =>
  (
    [
      [1, 1],
      [-1, 1],
      [-1, -1],
      [1, -1],
    ] as const
  ).map(([x, y]) => planarPointInTarget(pose, { xM: (x * lengthM) / 2, yM: (y * widthM) / 2 }))

/** Whether two rectangles share an area; touching edges do not. By separating axes. */
export const planarBoxesOverlap = (a: PlanarBox, b: PlanarBox): boolean => {
  const cornersOfA = planarBoxCorners(a)
  const cornersOfB = planarBoxCorners(b)
  const axes = [a, b].flatMap(({ pose }) => [pose.headingRad, pose.headingRad + Math.PI / 2])
  return axes.every((axisRad) => {
    const along = ({ xM, yM }: PlanarPoint) => xM * Math.cos(axisRad) + yM * Math.sin(axisRad)
    const ofA = cornersOfA.map(along)
    const ofB = cornersOfB.map(along)
    return Math.min(...ofA) < Math.max(...ofB) && Math.min(...ofB) < Math.max(...ofA)
  })
}

/** Upright rectangle in an image, in the pixels of the space that goes with it; x right, y down. */
export interface Box2 {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

/** The smallest one around the points; undefined around none. */
export const boundingBox = (points: readonly { readonly x: number; readonly y: number }[]): Box2 | undefined =>
  points.length === 0
    ? undefined
    : {
        minX: Math.min(...points.map(({ x }) => x)),
        minY: Math.min(...points.map(({ y }) => y)),
        maxX: Math.max(...points.map(({ x }) => x)),
        maxY: Math.max(...points.map(({ y }) => y)),
      }

/** What two rectangles share; undefined when that has no area. */
export const intersectBoxes = (a: Box2, b: Box2): Box2 | undefined => {
  const box = {
    minX: Math.max(a.minX, b.minX),
    minY: Math.max(a.minY, b.minY),
    maxX: Math.min(a.maxX, b.maxX),
    maxY: Math.min(a.maxY, b.maxY),
  }
  return box.minX < box.maxX && box.minY < box.maxY ? box : undefined
}

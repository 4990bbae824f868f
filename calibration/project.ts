import {
  applyTransform,
  type Box2,
  type Box3,
  boundingBox,
  boxCorners,
  composeTransforms,
  interpolateVectors,
  intersectBoxes,
  invertTransform,
  type Transform,
  type Vector3,
} from '#geometry'
import { clipPolygonToImage } from './clip-to-image.ts'
import { clipPolygonToFrustum, clipSegmentToFrustum } from './frustum.ts'
import type { Pixel } from './models/camera-model.ts'
import { modelOf } from './models/index.ts'
import type { RigCamera } from './rig-schema.ts'

const cameraFromEgo = (camera: RigCamera): Transform => invertTransform(camera.egoFromCamera)

/** Camera frame -> image; undefined behind the camera and where the lens model does not hold. May lie outside the image. */
export const projectPointInCamera = (camera: RigCamera, pointInCamera: Vector3): Pixel | undefined =>
  modelOf(camera.model).project(camera.model, pointInCamera)

/** Ego frame -> image; undefined behind the camera and where the lens model does not hold. May lie outside the image. */
export const projectPoint = (camera: RigCamera, pointInEgo: Vector3): Pixel | undefined =>
  projectPointInCamera(camera, applyTransform(cameraFromEgo(camera), pointInEgo))

/** Pieces that an edge is drawn in through a lens that bends it: at 32 the sag between two is below 0.1 px at 1600 px and k1 = -0.4. */
const PIECES = 32

const bend = (from: Vector3, to: Vector3): readonly Vector3[] =>
  Array.from({ length: PIECES }, (_, index) => interpolateVectors(from, to, index / PIECES))

/**
 * What the camera sees of a convex flat polygon in the camera frame, in order; empty when nothing. Cut at the near plane
 * and at the sides of the view, so no coordinate is wild, but a bent one may reach a little outside the image.
 */
export const projectPolygonInCamera = (camera: RigCamera, polygonInCamera: readonly Vector3[]): readonly Pixel[] => {
  const visible = clipPolygonToFrustum(camera, polygonInCamera)
  const { project, straight } = modelOf(camera.model)
  const pixels: Pixel[] = []
  for (const [index, corner] of visible.entries()) {
    const pieces = straight ? [corner] : bend(corner, visible[(index + 1) % visible.length]!)
    for (const point of pieces) {
      const pixel = project(camera.model, point)
      if (pixel) pixels.push(pixel)
    }
  }
  return pixels
}

/** As projectPolygonInCamera, from the ego frame. */
export const projectPolygon = (camera: RigCamera, polygonInEgo: readonly Vector3[]): readonly Pixel[] => {
  const toCamera = cameraFromEgo(camera)
  return projectPolygonInCamera(
    camera,
    polygonInEgo.map((point) => applyTransform(toCamera, point)),
  )
}

/** Faces by the corner numbers of boxCorners. */
const FACES = [
  [0, 1, 2, 3],
  [4, 5, 6, 7],
  [0, 1, 5, 4],
  [3, 2, 6, 7],
  [0, 3, 7, 4],
  [1, 2, 6, 5],
] as const

/** The smallest rectangle around what the camera sees of a box in the camera frame; undefined when nothing. px of the original image. */
export const projectBoxInCamera = (camera: RigCamera, boxInCamera: Box3): Box2 | undefined => {
  const corners = boxCorners(boxInCamera)
  const pixels = FACES.flatMap((face) =>
    clipPolygonToImage(
      camera,
      projectPolygonInCamera(
        camera,
        face.map((corner) => corners[corner]!),
      ),
    ),
  )
  const bounds = boundingBox(pixels)
  return bounds && intersectBoxes(bounds, { minX: 0, minY: 0, maxX: camera.width, maxY: camera.height })
}

/** As projectBoxInCamera, from the ego frame. */
export const projectBox = (camera: RigCamera, boxInEgo: Box3): Box2 | undefined =>
  projectBoxInCamera(camera, { ...boxInEgo, pose: composeTransforms(cameraFromEgo(camera), boxInEgo.pose) })

/** The pieces of a path in the ego frame that the camera sees, each a line of at least two pixels, in the path's order. */
export const projectPath = (camera: RigCamera, pathInEgo: readonly Vector3[]): readonly (readonly Pixel[])[] => {
  const toCamera = cameraFromEgo(camera)
  const path = pathInEgo.map((point) => applyTransform(toCamera, point))
  const lines: Pixel[][] = []
  let lineEnd: Vector3 | undefined
  path.slice(1).forEach((to, index) => {
    const segment = clipSegmentToFrustum(camera, path[index]!, to)
    if (!segment) return
    const [start, end] = segment
    const pieces = modelOf(camera.model).straight ? [start] : bend(start, end)
    const pixels = [...pieces, end].flatMap((point) => projectPointInCamera(camera, point) ?? [])
    if (lineEnd && samePoint(start, lineEnd)) lines.at(-1)!.push(...pixels.slice(1))
    else lines.push(pixels)
    lineEnd = end
  })
  return lines.filter((line) => line.length > 1)
}

const samePoint = (a: Vector3, b: Vector3): boolean => a.x === b.x && a.y === b.y && a.z === b.z

import { type Pixel, projectPolygonInCamera } from '#calibration'
import {
  applyTransform,
  composeTransforms,
  dotProduct,
  rotateVector,
  scaleVector,
  subtractVectors,
  type Vector3,
  vectorLength,
} from '#geometry'
import type { Colour } from '#image'
import { hazed, shaded } from './daylight.ts'
import type { Face, Part, Prop } from './model.ts'
import { headlightShare, type View } from './view.ts'

/** A thing, part by part; faces that look away are left out. */
export const drawProp = (view: View, { mapFromModel, model, mark }: Prop): void => {
  const lampShare = headlightShare(view, mapFromModel.translation)
  const cameraFromModel = composeTransforms(view.cameraFromMap, mapFromModel)
  for (const part of model) {
    if (part.kind === 'ball') {
      drawBall(view, part, applyTransform(cameraFromModel, part.centre), part.mark ?? mark, lampShare)
    } else {
      for (const face of part.faces) {
        const points = face.points.map((point) => applyTransform(cameraFromModel, point))
        const normal = normalOf(points)
        // The camera sits at the origin of its own frame.
        if (dotProduct(normal, points[0]!) >= 0) continue
        const normalInMap = rotateVector(mapFromModel.rotation, normalOf(face.points))
        const seen = drawFace(view, face, points, normalInMap, lampShare)
        view.mask?.fill(seen, part.mark ?? mark)
        const leastM = (LEAST_DETAIL_PX * vectorLength(points[0]!)) / view.camera.model.fx
        for (const detail of face.details ?? []) {
          if (extentOf(detail) < leastM) continue
          const shown = drawFace(
            view,
            detail,
            detail.points.map((point) => applyTransform(cameraFromModel, point)),
            normalInMap,
            lampShare,
          )
          if (detail.mark !== undefined) view.mask?.fill(shown, detail.mark)
        }
      }
    }
  }
}

/** What would be smaller is not drawn: half of a pixel could not be told from its neighbours; px. */
const LEAST_DETAIL_PX = 0.5

const extents = new WeakMap<Face, number>()

/** The longer side of the rectangle around it, along the axes of its model; m. */
const extentOf = (face: Face): number => {
  const known = extents.get(face)
  if (known !== undefined) return known
  const along = (axis: 'x' | 'y' | 'z'): number => {
    const places = face.points.map((point) => point[axis])
    return Math.max(...places) - Math.min(...places)
  }
  const extentM = Math.max(along('x'), along('y'), along('z'))
  extents.set(face, extentM)
  return extentM
}

const drawFace = (
  { camera, sheet, atmosphere }: View,
  face: Face,
  points: readonly Vector3[],
  normalInMap: Vector3,
  lampShare: number,
): readonly Pixel[] => {
  const distanceM = vectorLength(points[0]!)
  const opacity = face.opacity ?? 1
  const atNight = atmosphere.lampsAreOn ? face.atNight : undefined
  const [red, green, blue] = atNight ?? face.tint
  const paint: Colour =
    (face.glows ?? false) || atNight
      ? [red, green, blue, opacity]
      : hazed(shaded(face.tint, normalInMap, atmosphere, lampShare), distanceM, atmosphere, opacity)
  const seen = projectPolygonInCamera(camera, points)
  sheet.fillPolygon(seen, paint)
  return seen
}

/** Corners of a ball's disc. */
const CORNERS = 18

const drawBall = (
  { camera, sheet, atmosphere, mask }: View,
  ball: Extract<Part, { kind: 'ball' }>,
  centre: Vector3,
  mark: string | undefined,
  lampShare: number,
): void => {
  const distanceM = vectorLength(centre)
  if (distanceM <= ball.radiusM) return
  // Two directions across the line of sight.
  const towards = scaleVector(centre, 1 / distanceM)
  const right = unit(cross(towards, Math.abs(towards.y) < 0.9 ? { x: 0, y: 1, z: 0 } : { x: 1, y: 0, z: 0 }))
  const up = cross(right, towards)
  const points = Array.from({ length: CORNERS }, (_, index) => {
    const angle = (index / CORNERS) * 2 * Math.PI
    const x = ball.radiusM * Math.cos(angle)
    const y = ball.radiusM * Math.sin(angle)
    return {
      x: centre.x + right.x * x + up.x * y,
      y: centre.y + right.y * x + up.y * y,
      z: centre.z + right.z * x + up.z * y,
    }
  })
  const { ambient, onGround } = atmosphere
  // A ball has no side that looks at the sun: by day its colour is as given, else it is as bright as the ground.
  const channel = (index: 0 | 1 | 2) => Math.min(ball.tint[index] * (onGround[index] + lampShare * ambient[index]), 255)
  const seen = projectPolygonInCamera(camera, points)
  sheet.fillPolygon(seen, hazed([channel(0), channel(1), channel(2)], distanceM, atmosphere))
  mask?.fill(seen, mark)
}

const cross = (a: Vector3, b: Vector3): Vector3 => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
})
const unit = (a: Vector3): Vector3 => scaleVector(a, 1 / vectorLength(a))

const normalOf = ([a, b, c]: readonly Vector3[]): Vector3 =>
  unit(cross(subtractVectors(b!, a!), subtractVectors(c!, a!)))

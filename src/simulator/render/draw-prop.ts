import { projectPolygonInCamera } from '#calibration'
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
import type { View } from './view.ts'

/** A thing, part by part; faces that look away are left out. */
export const drawProp = (view: View, { mapFromModel, model }: Prop): void => {
  const cameraFromModel = composeTransforms(view.cameraFromMap, mapFromModel)
  for (const part of model) {
    if (part.kind === 'ball') drawBall(view, part, applyTransform(cameraFromModel, part.centre))
    else {
      for (const face of part.faces) {
        const points = face.points.map((point) => applyTransform(cameraFromModel, point))
        const normal = normalOf(points)
        // The camera sits at the origin of its own frame.
        if (dotProduct(normal, points[0]!) >= 0) continue
        const normalInMap = rotateVector(mapFromModel.rotation, normalOf(face.points))
        drawFace(view, face, points, normalInMap)
        for (const detail of face.details ?? []) {
          drawFace(
            view,
            detail,
            detail.points.map((point) => applyTransform(cameraFromModel, point)),
            normalInMap,
          )
        }
      }
    }
  }
}

const drawFace = ({ camera, sheet }: View, face: Face, points: readonly Vector3[], normalInMap: Vector3): void => {
  const distanceM = vectorLength(points[0]!)
  const opacity = face.opacity ?? 1
  const [red, green, blue] = face.tint
  const paint: Colour = face.glows
    ? [red, green, blue, opacity]
    : hazed(shaded(face.tint, normalInMap), distanceM, opacity)
  sheet.fillPolygon(projectPolygonInCamera(camera, points), paint)
}

/** Corners of a ball's disc. */
const CORNERS = 18

const drawBall = ({ camera, sheet }: View, ball: Extract<Part, { kind: 'ball' }>, centre: Vector3): void => {
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
  sheet.fillPolygon(projectPolygonInCamera(camera, points), hazed(ball.tint, distanceM))
}

const cross = (a: Vector3, b: Vector3): Vector3 => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
})
const unit = (a: Vector3): Vector3 => scaleVector(a, 1 / vectorLength(a))

const normalOf = ([a, b, c]: readonly Vector3[]): Vector3 =>
  unit(cross(subtractVectors(b!, a!), subtractVectors(c!, a!)))

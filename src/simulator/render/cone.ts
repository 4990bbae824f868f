import { type RigCamera, rayThroughPixel } from '#calibration'
import { dotProduct, rotateVector, subtractVectors, type Transform, type Vector3, vectorLength } from '#geometry'
import type { GroundShape } from '../world.ts'
import type { Model } from './model.ts'

/** A ball around a thing; m. */
export interface Ball {
  readonly centre: Vector3
  readonly radiusM: number
}

/** What a camera may see: nothing outside it shows in the image. */
export interface Cone {
  readonly tip: Vector3
  readonly axis: Vector3
  /** From the axis; rad. */
  readonly halfRad: number
}

const halves = new WeakMap<RigCamera, number>()

/** Lenses that bend may look a little further between corners than at them; rad. */
const MARGIN_RAD = 0.06

/** Half of the angle between opposite corners, or everything where a corner has no ray. */
const halfAngleOf = (camera: RigCamera): number => {
  const known = halves.get(camera)
  if (known !== undefined) return known
  const axis = rotateVector(camera.egoFromCamera.rotation, { x: 0, y: 0, z: 1 })
  const angles = [0, 0.5, 1].flatMap((across) =>
    [0, 0.5, 1].map((down) => {
      const ray = rayThroughPixel(camera, { x: across * camera.width, y: down * camera.height })
      if (!ray) return Math.PI
      return Math.acos(Math.min(dotProduct(ray.direction, axis) / vectorLength(ray.direction), 1))
    }),
  )
  const half = Math.max(...angles) + MARGIN_RAD
  halves.set(camera, half)
  return half
}

export const coneOf = (camera: RigCamera, mapFromCamera: Transform): Cone => ({
  tip: mapFromCamera.translation,
  axis: rotateVector(mapFromCamera.rotation, { x: 0, y: 0, z: 1 }),
  halfRad: halfAngleOf(camera),
})

/** Whether any of it may show. */
export const mayShow = ({ tip, axis, halfRad }: Cone, { centre, radiusM }: Ball): boolean => {
  const towards = subtractVectors(centre, tip)
  const distanceM = vectorLength(towards)
  if (distanceM <= radiusM || halfRad > Math.PI / 2) return true
  return Math.acos(Math.min(dotProduct(towards, axis) / distanceM, 1)) < halfRad + Math.asin(radiusM / distanceM)
}

const radii = new WeakMap<Model, number>()

/** Around a model's origin; m. */
export const radiusOf = (model: Model): number => {
  const known = radii.get(model)
  if (known !== undefined) return known
  const reaches = model.map((part) =>
    part.kind === 'ball'
      ? vectorLength(part.centre) + part.radiusM
      : Math.max(
          ...part.faces.flatMap(({ points, details = [] }) =>
            [...points, ...details.flatMap((detail) => detail.points)].map(vectorLength),
          ),
        ),
  )
  const radiusM = Math.max(0, ...reaches)
  radii.set(model, radiusM)
  return radiusM
}

const balls = new WeakMap<GroundShape, Ball>()

export const ballOf = (shape: GroundShape): Ball => {
  const known = balls.get(shape)
  if (known) return known
  const { points } = shape
  const mean = (axis: 'x' | 'y' | 'z') => points.reduce((sum, point) => sum + point[axis], 0) / points.length
  const centre = { x: mean('x'), y: mean('y'), z: mean('z') }
  const ball = { centre, radiusM: Math.max(...points.map((point) => vectorLength(subtractVectors(point, centre)))) }
  balls.set(shape, ball)
  return ball
}

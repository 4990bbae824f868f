import { type Pixel, projectPointInCamera, projectPolygonInCamera, type RigCamera } from '#calibration'
import {
  applyTransform,
  composeTransforms,
  invertTransform,
  rotateVector,
  type Transform,
  transformFromPlanar,
  type Vector3,
} from '#geometry'
import type { Gradient, Sheet } from '#image'
import type { EgoMotion } from '../ego-motion.ts'
import type { Tint } from '../world.ts'
import { HAZE, hazed, ZENITH } from './daylight.ts'

/** A camera at an instant, and the sheet that it is drawn on. */
export interface View {
  readonly camera: RigCamera
  readonly sheet: Sheet
  readonly cameraFromMap: Transform
  /** Of the lens, in the map frame. */
  readonly eye: Vector3
  /** Level, the way the camera looks; of length 1, in the map frame. */
  readonly ahead: Vector3
}

export const viewOf = (camera: RigCamera, ego: EgoMotion, sheet: Sheet): View => {
  const mapFromCamera = composeTransforms(transformFromPlanar(ego.pose), camera.egoFromCamera)
  const axis = rotateVector(mapFromCamera.rotation, { x: 0, y: 0, z: 1 })
  const level = Math.hypot(axis.x, axis.y) || 1
  return {
    camera,
    sheet,
    cameraFromMap: invertTransform(mapFromCamera),
    eye: mapFromCamera.translation,
    ahead: { x: axis.x / level, y: axis.y / level, z: 0 },
  }
}

/** Map frame -> image, cut to what the camera sees. */
export const seenPolygon = ({ camera, cameraFromMap }: View, pointsInMap: readonly Vector3[]): readonly Pixel[] =>
  projectPolygonInCamera(
    camera,
    pointsInMap.map((point) => applyTransform(cameraFromMap, point)),
  )

/** Far enough to be the horizon, near enough to be exact; m. */
const HORIZON_M = 1e5

const pixelAhead = ({ camera, cameraFromMap, eye, ahead }: View, distanceM: number, upM: number): Pixel | undefined =>
  projectPointInCamera(
    camera,
    applyTransform(cameraFromMap, { x: eye.x + ahead.x * distanceM, y: eye.y + ahead.y * distanceM, z: eye.z + upM }),
  )

/** Tangent of the elevation at which the sky has its full colour: 35 degrees. */
const FULL_SKY = Math.tan((35 * Math.PI) / 180)

/** The sky from the horizon up, or undefined for a camera that does not look level at all. */
export const skyPaint = (view: View): Gradient | undefined => {
  const from = pixelAhead(view, HORIZON_M, 0)
  const to = pixelAhead(view, HORIZON_M, HORIZON_M * FULL_SKY)
  if (!from || !to) return undefined
  const mix = (fraction: number): Tint => [
    HAZE[0] + (ZENITH[0] - HAZE[0]) * fraction,
    HAZE[1] + (ZENITH[1] - HAZE[1]) * fraction,
    HAZE[2] + (ZENITH[2] - HAZE[2]) * fraction,
  ]
  return {
    from,
    to,
    stops: [
      [0, HAZE],
      [0.25, mix(0.4)],
      [0.6, mix(0.75)],
      [1, ZENITH],
    ],
  }
}

/** Distances at which haze over the ground is set right; m. */
const STOPS_M = [500, 250, 150, 100, 70, 45, 30, 20, 12, 7, 4] as const

/** A colour of the level ground, hazed by distance. */
export const groundPaint = (view: View, tint: Tint): Gradient | Tint => {
  const from = pixelAhead(view, HORIZON_M, 0)
  const to = pixelAhead(view, STOPS_M.at(-1)!, -view.eye.z)
  if (!from || !to) return tint
  const lengthPx = Math.hypot(to.x - from.x, to.y - from.y)
  const stops = STOPS_M.flatMap((distanceM) => {
    const pixel = pixelAhead(view, distanceM, -view.eye.z)
    if (!pixel) return []
    const fraction = Math.hypot(pixel.x - from.x, pixel.y - from.y) / lengthPx
    return [[Math.min(fraction, 1), hazed(tint, distanceM)] as const]
  })
  return { from, to, stops: [[0, HAZE], ...stops] }
}

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
import type { Atmosphere } from '../atmosphere.ts'
import type { EgoMotion } from '../moment.ts'
import type { Tint } from '../things.ts'
import { type Cone, coneOf } from './cone.ts'
import { hazed, onGround } from './daylight.ts'
import type { SilhouetteMask } from './silhouette-mask.ts'

/** A camera at an instant, and the sheet that it is drawn on. */
export interface View {
  readonly camera: RigCamera
  readonly sheet: Sheet
  readonly atmosphere: Atmosphere
  /** Where it is told which pixels show what; absent when nobody asks. */
  readonly mask?: SilhouetteMask
  readonly cameraFromMap: Transform
  /** All that it may see. */
  readonly cone: Cone
  /** Of the lens, in the map frame. */
  readonly eye: Vector3
  /** Where the ego's headlights are and which way they shine, level, in the map frame. */
  readonly headlights: { readonly from: Vector3; readonly ahead: Vector3 }
  /** Level, the way the camera looks; of length 1, in the map frame. */
  readonly ahead: Vector3
}

export const viewOf = (
  camera: RigCamera,
  ego: EgoMotion,
  atmosphere: Atmosphere,
  sheet: Sheet,
  mask?: SilhouetteMask,
): View => {
  const mapFromCamera = composeTransforms(transformFromPlanar(ego.pose), camera.egoFromCamera)
  const axis = rotateVector(mapFromCamera.rotation, { x: 0, y: 0, z: 1 })
  const level = Math.hypot(axis.x, axis.y) || 1
  return {
    camera,
    sheet,
    atmosphere,
    ...(mask ? { mask } : {}),
    cameraFromMap: invertTransform(mapFromCamera),
    cone: coneOf(camera, mapFromCamera),
    eye: mapFromCamera.translation,
    ahead: { x: axis.x / level, y: axis.y / level, z: 0 },
    headlights: {
      from: { x: ego.pose.xM, y: ego.pose.yM, z: 0 },
      ahead: { x: Math.cos(ego.pose.headingRad), y: Math.sin(ego.pose.headingRad), z: 0 },
    },
  }
}

/** Low beam: within this of straight ahead (cosine of 26 degrees), weaker by e every 24 m. */
const BEAM_COSINE = 0.9
const BEAM_M = 24

/** What the ego's headlights add to the light on a thing, as a share of its colour; 0 by day. */
export const headlightShare = ({ atmosphere, headlights: { from, ahead } }: View, { x, y }: Vector3): number => {
  if (!atmosphere.lampsAreOn) return 0
  const distanceM = Math.hypot(x - from.x, y - from.y)
  const cosine = ((x - from.x) * ahead.x + (y - from.y) * ahead.y) / distanceM
  return cosine > BEAM_COSINE ? 0.9 * Math.exp(-distanceM / BEAM_M) : 0
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
  const { haze, zenith } = view.atmosphere
  const from = pixelAhead(view, HORIZON_M, 0)
  const to = pixelAhead(view, HORIZON_M, HORIZON_M * FULL_SKY)
  if (!from || !to) return undefined
  const mix = (fraction: number): Tint => [
    haze[0] + (zenith[0] - haze[0]) * fraction,
    haze[1] + (zenith[1] - haze[1]) * fraction,
    haze[2] + (zenith[2] - haze[2]) * fraction,
  ]
  return {
    from,
    to,
    stops: [
      [0, haze],
      [0.25, mix(0.4)],
      [0.6, mix(0.75)],
      [1, zenith],
    ],
  }
}

/** Distances at which haze over the ground is set right; m. */
const STOPS_M = [500, 250, 150, 100, 70, 45, 30, 20, 12, 7, 4] as const

/** A colour of the level ground, hazed by distance. */
export const groundPaint = (view: View, tint: Tint): Gradient | Tint => {
  const from = pixelAhead(view, HORIZON_M, 0)
  const to = pixelAhead(view, STOPS_M.at(-1)!, -view.eye.z)
  if (!from || !to) return onGround(tint, view.atmosphere)
  const lit = onGround(tint, view.atmosphere)
  const lengthPx = Math.hypot(to.x - from.x, to.y - from.y)
  const stops = STOPS_M.flatMap((distanceM) => {
    const pixel = pixelAhead(view, distanceM, -view.eye.z)
    if (!pixel) return []
    const fraction = Math.hypot(pixel.x - from.x, pixel.y - from.y) / lengthPx
    return [[Math.min(fraction, 1), hazed(lit, distanceM, view.atmosphere)] as const]
  })
  return { from, to, stops: [[0, view.atmosphere.haze], ...stops] }
}

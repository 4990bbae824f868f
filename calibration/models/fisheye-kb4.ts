import { z } from 'zod'
import type { CameraModel } from './camera-model.ts'
import { pinholeFields } from './pinhole.ts'

const coefficient = (what: string) => z.number().default(0).describe(`${what}; no unit`)

const schema = z.strictObject({
  kind: z.literal('fisheye-kb4'),
  ...pinholeFields,
  k1: coefficient('of theta^3'),
  k2: coefficient('of theta^5'),
  k3: coefficient('of theta^7'),
  k4: coefficient('of theta^9'),
})

export type FisheyeKb4 = z.infer<typeof schema>

/** Angle to the axis up to which it is looked at: lenses of 220 degrees are the widest on cars. */
const MAX_ANGLE_RAD = (110 * Math.PI) / 180
/** Where the search for an angle ends; rad, so 1e-9 px at a focal length of 1000 px. */
const CONVERGED = 1e-12
/** Newton doubles its digits each step; each of these at least halves the bracket. */
const MAX_STEPS = 60

/** Angle to the axis -> distance from the principal point at a focal length of 1. */
const distort = ({ k1, k2, k3, k4 }: FisheyeKb4, angle: number): number => {
  const a2 = angle * angle
  return angle * (1 + a2 * (k1 + a2 * (k2 + a2 * (k3 + a2 * k4))))
}

const slopeAt = ({ k1, k2, k3, k4 }: FisheyeKb4, angle: number): number => {
  const a2 = angle * angle
  return 1 + a2 * (3 * k1 + a2 * (5 * k2 + a2 * (7 * k3 + a2 * 9 * k4)))
}

const foldAngles = new WeakMap<FisheyeKb4, number>()

/** Angle up to which larger means further out in the image: beyond it the polynomial folds back. */
const foldAngle = (intrinsics: FisheyeKb4): number => {
  const known = foldAngles.get(intrinsics)
  if (known !== undefined) return known
  let angle = MAX_ANGLE_RAD
  // Fine enough not to step over a dip for coefficients of real lenses: 0.1 degrees.
  for (let tried = 0; tried < MAX_ANGLE_RAD; tried += 0.002) {
    if (slopeAt(intrinsics, tried) <= 0) {
      angle = Math.max(tried - 0.002, 0)
      break
    }
  }
  foldAngles.set(intrinsics, angle)
  return angle
}

/** Newton's steps, kept between two angles that hold the solution; `distort` rises between them. */
const undistort = (intrinsics: FisheyeKb4, wanted: number): number | undefined => {
  let low = 0
  let high = foldAngle(intrinsics)
  if (wanted > distort(intrinsics, high)) return undefined
  let angle = Math.min(wanted, high)
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const off = distort(intrinsics, angle) - wanted
    if (off > 0) high = angle
    else low = angle
    const next = angle - off / slopeAt(intrinsics, angle)
    const kept = next >= low && next <= high ? next : (low + high) / 2
    if (Math.abs(kept - angle) < CONVERGED) return kept
    angle = kept
  }
  return angle
}

/**
 * Kannala and Brandt's fisheye with four coefficients, as OpenCV's fisheye module and Kalibr's equidistant model
 * (docs.opencv.org, calib3d fisheye; skew 0). It sees beyond 90 degrees, where OpenCV's formula ends.
 */
export const fisheyeKb4: CameraModel<FisheyeKb4> & { readonly schema: typeof schema } = {
  kind: 'fisheye-kb4',
  schema,
  straight: false,
  widestDeg: 220,
  project(intrinsics, { x, y, z }) {
    const across = Math.hypot(x, y)
    const angle = Math.atan2(across, z)
    if (angle > foldAngle(intrinsics) || (across === 0 && z <= 0)) return undefined
    const { fx, fy, cx, cy } = intrinsics
    const scale = across === 0 ? 0 : distort(intrinsics, angle) / across
    return { x: fx * x * scale + cx, y: fy * y * scale + cy }
  },
  direction(intrinsics, pixel) {
    const { fx, fy, cx, cy } = intrinsics
    const x = (pixel.x - cx) / fx
    const y = (pixel.y - cy) / fy
    const radius = Math.hypot(x, y)
    if (radius === 0) return { x: 0, y: 0, z: 1 }
    const angle = undistort(intrinsics, radius)
    if (angle === undefined) return undefined
    const across = Math.sin(angle) / radius
    return { x: x * across, y: y * across, z: Math.cos(angle) }
  },
  distortion({ k1, k2, k3, k4 }) {
    return { model: 'kannala_brandt', coefficients: [k1, k2, k3, k4] }
  },
}

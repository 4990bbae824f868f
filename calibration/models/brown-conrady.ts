import { z } from 'zod'
import type { CameraModel } from './camera-model.ts'
import { pinholeFields } from './pinhole.ts'

const coefficient = (what: string) => z.number().default(0).describe(`${what}; no unit`)

const schema = z.strictObject({
  kind: z.literal('brown-conrady'),
  ...pinholeFields,
  k1: coefficient('radial, r^2'),
  k2: coefficient('radial, r^4'),
  p1: coefficient('tangential'),
  p2: coefficient('tangential'),
  k3: coefficient('radial, r^6'),
})

export type BrownConrady = z.infer<typeof schema>

/** tan of half the widest field of view that is looked at, 175 degrees: this model is for less than 180. */
const MAX_RADIUS = Math.tan(((175 / 2) * Math.PI) / 180)

/** Where the search for a direction ends; in normalised coordinates, so 1e-12 is 1e-9 px at a focal length of 1000 px. */
const CONVERGED = 1e-12
/** Newton doubles its digits each step: 6 steps are usual, 50 only where it swings. */
const MAX_STEPS = 50

/** Slope of the distorted over the true radius, tangential terms left out; it folds back where this turns negative. */
const radialSlope = ({ k1, k2, k3 }: BrownConrady, r2: number): number =>
  1 + r2 * (3 * k1 + r2 * (5 * k2 + r2 * 7 * k3))

const foldRadii = new WeakMap<BrownConrady, number>()

/** Normalised radius up to which larger means further out in the image: beyond it the polynomial folds back. */
const foldRadius = (intrinsics: BrownConrady): number => {
  const known = foldRadii.get(intrinsics)
  if (known !== undefined) return known
  let radius = MAX_RADIUS
  // Fine enough not to step over a dip for coefficients of real lenses: 0.1 degrees at the centre.
  for (let tried = 0; tried < MAX_RADIUS; tried += 0.002) {
    if (radialSlope(intrinsics, tried * tried) <= 0) {
      radius = Math.max(tried - 0.002, 0)
      break
    }
  }
  foldRadii.set(intrinsics, radius)
  return radius
}

/** Normalised coordinates -> distorted ones, with their derivatives. */
const distort = ({ k1, k2, p1, p2, k3 }: BrownConrady, x: number, y: number) => {
  const r2 = x * x + y * y
  const radial = 1 + r2 * (k1 + r2 * (k2 + r2 * k3))
  const slope = 2 * (k1 + r2 * (2 * k2 + r2 * 3 * k3))
  return {
    x: x * radial + 2 * p1 * x * y + p2 * (r2 + 2 * x * x),
    y: y * radial + p1 * (r2 + 2 * y * y) + 2 * p2 * x * y,
    dxdx: radial + x * x * slope + 2 * p1 * y + 6 * p2 * x,
    dxdy: x * y * slope + 2 * p1 * x + 2 * p2 * y,
    dydy: radial + y * y * slope + 6 * p1 * y + 2 * p2 * x,
  }
}

/** OpenCV's model with five coefficients, which ROS calls plumb_bob (docs.opencv.org, calib3d). */
export const brownConrady: CameraModel<BrownConrady> & { readonly schema: typeof schema } = {
  kind: 'brown-conrady',
  schema,
  straight: false,
  widestDeg: 179,
  project(intrinsics, { x, y, z }) {
    if (z <= 0) return undefined
    if (Math.hypot(x, y) / z > foldRadius(intrinsics)) return undefined
    const { fx, fy, cx, cy } = intrinsics
    const distorted = distort(intrinsics, x / z, y / z)
    return { x: fx * distorted.x + cx, y: fy * distorted.y + cy }
  },
  direction(intrinsics, pixel) {
    const { fx, fy, cx, cy } = intrinsics
    const wanted = { x: (pixel.x - cx) / fx, y: (pixel.y - cy) / fy }
    const limit = foldRadius(intrinsics)
    let { x, y } = wanted
    for (let step = 0; step < MAX_STEPS; step += 1) {
      const radius = Math.hypot(x, y)
      if (radius > limit) {
        // Past the fold the derivative points the wrong way: start again from just inside it.
        x *= (limit * 0.999) / radius
        y *= (limit * 0.999) / radius
      }
      const at = distort(intrinsics, x, y)
      const ex = wanted.x - at.x
      const ey = wanted.y - at.y
      const determinant = at.dxdx * at.dydy - at.dxdy * at.dxdy
      const dx = (at.dydy * ex - at.dxdy * ey) / determinant
      const dy = (at.dxdx * ey - at.dxdy * ex) / determinant
      x += dx
      y += dy
      if (Math.hypot(dx, dy) < CONVERGED) return Math.hypot(x, y) <= limit ? { x, y, z: 1 } : undefined
    }
    return undefined
  },
  distortion({ k1, k2, p1, p2, k3 }) {
    return { model: 'plumb_bob', coefficients: [k1, k2, p1, p2, k3] }
  },
}

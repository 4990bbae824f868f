import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Vector3 } from '#geometry'
import { pythonOrSkip, ROOT } from '../test/oracles.ts'
import type { Pixel } from './models/camera-model.ts'
import { type Intrinsics, modelOf } from './models/index.ts'

interface OpencvAnswer {
  readonly projected: readonly (readonly [number, number])[]
  readonly directions: readonly (readonly [number, number])[]
}
interface Case {
  readonly intrinsics: Intrinsics
  readonly points: readonly Vector3[]
  /** Within 60 degrees of the axis, so that every lens here has a direction for them. */
  readonly pixels: readonly Pixel[]
}

const between = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const frame = { fx: between(400, 2200), fy: between(400, 2200), cx: between(600, 1000), cy: between(400, 600) }
/** Coefficients as real lenses have them. */
const lenses: fc.Arbitrary<Intrinsics> = fc.oneof(
  fc.record({ kind: fc.constant('pinhole' as const), ...frame }),
  fc.record({
    kind: fc.constant('brown-conrady' as const),
    ...frame,
    k1: between(-0.1, 0.15),
    k2: between(-0.02, 0.05),
    p1: between(-0.003, 0.003),
    p2: between(-0.003, 0.003),
    k3: between(-0.001, 0.01),
  }),
  fc.record({
    kind: fc.constant('fisheye-kb4' as const),
    ...frame,
    k1: between(-0.05, 0.1),
    k2: between(-0.02, 0.02),
    k3: between(-0.005, 0.005),
    k4: between(-0.001, 0.001),
  }),
)
const points = fc.record({ across: between(-1.2, 1.2), down: between(-1, 1), z: between(0.5, 80) })
const cases: fc.Arbitrary<Case> = fc
  .record({ intrinsics: lenses, rays: fc.array(points, { minLength: 5, maxLength: 20 }) })
  .map(({ intrinsics, rays }) => ({
    intrinsics,
    points: rays.map(({ across, down, z }) => ({ x: across * z, y: down * z, z })),
    pixels: rays.map(({ across, down }) => ({
      x: intrinsics.cx + 0.5 * across * intrinsics.fx,
      y: intrinsics.cy + 0.5 * down * intrinsics.fy,
    })),
  }))

test('every lens draws, and gives directions back, as OpenCV does', (context) => {
  const python = pythonOrSkip(context)
  const drawn = fc.sample(cases, { seed: 20, numRuns: 300 })
  const question = drawn.map(({ intrinsics, points: inCamera, pixels }) => ({
    kind: intrinsics.kind,
    k: [intrinsics.fx, intrinsics.fy, intrinsics.cx, intrinsics.cy],
    d: modelOf(intrinsics).distortion(intrinsics).coefficients,
    points: inCamera.map(({ x, y, z }) => [x, y, z]),
    pixels: pixels.map(({ x, y }) => [x, y]),
  }))
  const input = JSON.stringify({ cases: question })
  const output = execFileSync(python, [`${ROOT}test/python/opencv_lenses.py`], { input, maxBuffer: 1 << 26 })
  const answers = JSON.parse(output.toString()) as OpencvAnswer[]

  const compared = { pinhole: 0, 'brown-conrady': 0, 'fisheye-kb4': 0 }
  let worstPx = 0
  let worstDirection = 0
  for (const [index, { intrinsics, points: inCamera, pixels }] of drawn.entries()) {
    const model = modelOf(intrinsics)
    const { projected, directions } = answers[index]!
    inCamera.forEach((point, at) => {
      const pixel = model.project(intrinsics, point)
      // Past a fold we see nothing, where OpenCV goes on by the formula.
      if (!pixel) return
      compared[intrinsics.kind] += 1
      const [x, y] = projected[at]!
      worstPx = Math.max(worstPx, Math.hypot(pixel.x - x, pixel.y - y))
    })
    pixels.forEach((pixel, at) => {
      const direction = model.direction(intrinsics, pixel)
      if (!direction) return
      const [x, y] = directions[at]!
      const off = Math.hypot(direction.x / direction.z - x, direction.y / direction.z - y)
      worstDirection = Math.max(worstDirection, off)
    })
  }
  for (const count of Object.values(compared)) expect(count).toBeGreaterThan(500)
  expect(worstPx).toBeLessThan(1e-6)
  expect(worstDirection).toBeLessThan(1e-6)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BrownConrady, brownConrady } from './brown-conrady.ts'
import { type FisheyeKb4, fisheyeKb4 } from './fisheye-kb4.ts'
import { type Pinhole, pinhole } from './pinhole.ts'

const ideal: Pinhole = { kind: 'pinhole', fx: 1000, fy: 900, cx: 800, cy: 450 }
/** A wide lens with barrel distortion, in the range of what dash cameras have. */
const barrel: BrownConrady = {
  ...ideal,
  kind: 'brown-conrady',
  k1: -0.3,
  k2: 0.1,
  p1: 0.001,
  p2: -0.002,
  k3: 0.01,
}

test('a point one right, half down at depth two is where the focal lengths say', () => {
  expect(pinhole.project(ideal, { x: 1, y: 0.5, z: 2 })).toEqual({ x: 1300, y: 675 })
})

test('the distortion is that of the worked example, digit by digit', () => {
  // r^2 = 0.3125, radial factor 0.916320801, worked by hand from the formula of OpenCV's calib3d.
  const pixel = brownConrady.project(barrel, { x: 0.5, y: 0.25, z: 1 })
  expect(pixel?.x).toBeCloseTo(1000 * 0.45678540039 + 800, 6)
  expect(pixel?.y).toBeCloseTo(900 * 0.2290177002 + 450, 6)
})

test('without coefficients the lens is ideal', () => {
  const point = { x: 0.3, y: -0.2, z: 1.5 }
  const none: BrownConrady = { ...barrel, k1: 0, k2: 0, p1: 0, p2: 0, k3: 0 }
  expect(brownConrady.project(none, point)).toEqual(pinhole.project(ideal, point))
})

test.each([['behind'], ['beside']])('nothing is seen %s the camera', (where) => {
  const point = { x: 1, y: 1, z: where === 'behind' ? -1 : 0 }
  expect(pinhole.project(ideal, point)).toBeUndefined()
  expect(brownConrady.project(barrel, point)).toBeUndefined()
})

test('a pixel projects back onto itself from its own direction', () => {
  const pixels = fc.record({
    x: fc.double({ min: 0, max: 1600, noNaN: true }),
    y: fc.double({ min: 0, max: 900, noNaN: true }),
  })
  fc.assert(
    fc.property(pixels, (pixel) => {
      const straight = pinhole.project(ideal, pinhole.direction(ideal, pixel)!)
      expect(Math.hypot(straight!.x - pixel.x, straight!.y - pixel.y)).toBeLessThan(1e-9)
      const bent = brownConrady.project(barrel, brownConrady.direction(barrel, pixel)!)
      expect(Math.hypot(bent!.x - pixel.x, bent!.y - pixel.y)).toBeLessThan(1e-7)
    }),
  )
})

test('where the distortion folds back there is neither a pixel nor a direction', () => {
  // x (1 - 0.5 x^2) is largest at x = 0.816, where it is 0.544.
  const folding: BrownConrady = { ...barrel, k1: -0.5, k2: 0, p1: 0, p2: 0, k3: 0 }
  expect(brownConrady.project(folding, { x: 0.8, y: 0, z: 1 })?.x).toBeCloseTo(800 + 1000 * 0.8 * 0.68, 6)
  expect(brownConrady.project(folding, { x: 0.9, y: 0, z: 1 })).toBeUndefined()
  expect(brownConrady.direction(folding, { x: 800 + 540, y: 450 })).toBeDefined()
  expect(brownConrady.direction(folding, { x: 800 + 550, y: 450 })).toBeUndefined()
})

/** A 200 degree lens of a parking camera. */
const fisheye: FisheyeKb4 = {
  kind: 'fisheye-kb4',
  fx: 500,
  fy: 490,
  cx: 800,
  cy: 450,
  k1: 0.05,
  k2: -0.01,
  k3: 0.002,
  k4: -0.0003,
}
const atAngle = (angleRad: number, roundRad: number) => ({
  x: Math.sin(angleRad) * Math.cos(roundRad),
  y: Math.sin(angleRad) * Math.sin(roundRad),
  z: Math.cos(angleRad),
})

test('the fisheye is that of the worked example, digit by digit', () => {
  // theta = 1: theta_d = 1 + 0.05 - 0.01 + 0.002 - 0.0003, by OpenCV's formula.
  const pixel = fisheyeKb4.project(fisheye, atAngle(1, 0))
  expect(pixel?.x).toBeCloseTo(800 + 500 * 1.0417, 9)
  expect(pixel?.y).toBeCloseTo(450, 9)
})

test('a fisheye without coefficients is equidistant, and sees past its own plane', () => {
  const plain: FisheyeKb4 = { ...fisheye, k1: 0, k2: 0, k3: 0, k4: 0 }
  expect(fisheyeKb4.project(plain, atAngle((100 * Math.PI) / 180, 0))?.x).toBeCloseTo(
    800 + (500 * 100 * Math.PI) / 180,
    9,
  )
  expect(fisheyeKb4.direction(plain, { x: 800 + 500 * 1.7, y: 450 })?.z).toBeCloseTo(Math.cos(1.7), 12)
  expect(fisheyeKb4.project(plain, { x: 0, y: 0, z: 5 })).toEqual({ x: 800, y: 450 })
  expect(fisheyeKb4.project(plain, { x: 0, y: 0, z: -5 })).toBeUndefined()
  expect(fisheyeKb4.project(plain, atAngle(2, 0))).toBeUndefined()
  expect(fisheyeKb4.direction(plain, { x: 800 + 500 * 2, y: 450 })).toBeUndefined()
})

test('a direction of a fisheye comes back from its own pixel, up to 105 degrees from the axis', () => {
  const angles = fc.double({ min: 0, max: (105 * Math.PI) / 180, noNaN: true })
  const round = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
  const lens = fc.record({
    k1: fc.double({ min: -0.05, max: 0.1, noNaN: true }),
    k2: fc.double({ min: -0.01, max: 0.02, noNaN: true }),
    k3: fc.double({ min: -0.002, max: 0.004, noNaN: true }),
    k4: fc.double({ min: -0.0002, max: 0.0004, noNaN: true }),
  })
  fc.assert(
    fc.property(angles, round, lens, (angleRad, roundRad, coefficients) => {
      const intrinsics: FisheyeKb4 = { ...fisheye, ...coefficients }
      const wanted = atAngle(angleRad, roundRad)
      const pixel = fisheyeKb4.project(intrinsics, wanted)
      // Some of these lenses fold before 105 degrees, and see nothing there.
      if (!pixel) return
      const found = fisheyeKb4.direction(intrinsics, pixel)!
      expect(Math.hypot(found.x - wanted.x, found.y - wanted.y, found.z - wanted.z)).toBeLessThan(1e-8)
    }),
  )
})

test('where a fisheye folds back there is neither a pixel nor a direction', () => {
  // theta (1 - 0.2 theta^2) is largest at theta = 1.29, where it is 0.861.
  const folding: FisheyeKb4 = { ...fisheye, k1: -0.2, k2: 0, k3: 0, k4: 0 }
  expect(fisheyeKb4.project(folding, atAngle(1.25, 0))?.x).toBeCloseTo(800 + 500 * 1.25 * (1 - 0.2 * 1.5625), 9)
  expect(fisheyeKb4.project(folding, atAngle(1.35, 0))).toBeUndefined()
  expect(fisheyeKb4.direction(folding, { x: 800 + 500 * 0.85, y: 450 })).toBeDefined()
  expect(fisheyeKb4.direction(folding, { x: 800 + 500 * 0.87, y: 450 })).toBeUndefined()
})

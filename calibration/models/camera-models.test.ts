import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BrownConrady, brownConrady } from './brown-conrady.ts'
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

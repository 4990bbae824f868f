import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { PlanarPoint } from './planar-pose.ts'
import { arcLengths, curvatureThrough, polylineLength, poseAtArcLength, projectOnPolyline } from './polyline.ts'

const at = (xM: number, yM: number): PlanarPoint => ({ xM, yM })
const corner = [at(0, 0), at(3, 0), at(3, 4)]

test('arc length is summed from the first point', () => {
  expect(arcLengths(corner)).toEqual([0, 3, 7])
  expect(polylineLength([])).toBe(0)
})

test.each([
  ['left', at(0, 0), at(Math.SQRT1_2 * 5, 5 - Math.SQRT1_2 * 5), at(5, 5), 1 / 5],
  ['right', at(0, 0), at(Math.SQRT1_2 * 5, Math.SQRT1_2 * 5 - 5), at(5, -5), -1 / 5],
  ['straight', at(0, 0), at(1, 1), at(2, 2), 0],
  ['standing still', at(1, 1), at(1, 1), at(2, 2), 0],
])('curvature to the %s', (_, a, b, c, expected) => {
  expect(curvatureThrough(a, b, c)).toBeCloseTo(expected, 9)
})

test.each([
  [1, { xM: 1, yM: 0, headingRad: 0 }],
  [5, { xM: 3, yM: 2, headingRad: Math.PI / 2 }],
  [-2, { xM: -2, yM: 0, headingRad: 0 }],
  [9, { xM: 3, yM: 6, headingRad: Math.PI / 2 }],
])('at %d m along a corner the pose lies on it, or straight on past its ends', (arcLengthM, expected) => {
  const pose = poseAtArcLength(corner, arcLengthM)
  expect(pose.xM).toBeCloseTo(expected.xM, 9)
  expect(pose.yM).toBeCloseTo(expected.yM, 9)
  expect(pose.headingRad).toBeCloseTo(expected.headingRad, 9)
})

test('a doubled point does not spoil the direction', () => {
  const doubled = [at(0, 0), at(0, 0), at(0, 2), at(0, 2)]
  for (const arcLengthM of [0, 1, 2, 3]) {
    expect(poseAtArcLength(doubled, arcLengthM).headingRad).toBeCloseTo(Math.PI / 2, 9)
  }
})

test('a place on the polyline projects onto itself', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 7, noNaN: true }), (arcLengthM) => {
      const found = projectOnPolyline(corner, poseAtArcLength(corner, arcLengthM))
      expect(found?.arcLengthM).toBeCloseTo(arcLengthM, 6)
      expect(Math.abs(found?.lateralM ?? 1)).toBeLessThan(1e-6)
    }),
  )
})

test('left of the polyline is positive, right negative', () => {
  expect(projectOnPolyline(corner, at(1, 0.5))?.lateralM).toBeCloseTo(0.5, 9)
  expect(projectOnPolyline(corner, at(4, 2))?.lateralM).toBeCloseTo(-1, 9)
  expect(projectOnPolyline([at(1, 1), at(1, 1)], at(0, 0))).toBeUndefined()
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  composePlanar,
  extrapolateConstantTurnRate,
  IDENTITY_PLANAR_POSE,
  interpolatePlanar,
  invertPlanar,
  normaliseAngle,
  type PlanarPose,
  planarFromTransform,
  relativePlanar,
  transformFromPlanar,
} from './planar-pose.ts'
import { composeTransforms } from './transform.ts'

const coordinate = fc.double({ min: -1e4, max: 1e4, noNaN: true })
const angle = fc.double({ min: -3.14, max: 3.14, noNaN: true })
const poses: fc.Arbitrary<PlanarPose> = fc.record({ xM: coordinate, yM: coordinate, headingRad: angle })

const expectSamePose = (a: PlanarPose, b: PlanarPose) => {
  expect(a.xM).toBeCloseTo(b.xM, 7)
  expect(a.yM).toBeCloseTo(b.yM, 7)
  expect(normaliseAngle(a.headingRad - b.headingRad)).toBeCloseTo(0, 9)
}

test.each([
  [0, 0],
  [Math.PI, Math.PI],
  [-Math.PI, Math.PI],
  [3 * Math.PI, Math.PI],
  [-3 * Math.PI, Math.PI],
  [1.5 * Math.PI, -0.5 * Math.PI],
  [-1.5 * Math.PI, 0.5 * Math.PI],
  [20 * Math.PI + 0.25, 0.25],
])('the angle %d is %d', (angleRad, expected) => {
  expect(normaliseAngle(angleRad)).toBeCloseTo(expected, 9)
})

test('a normalised angle is in (-pi, pi], differs by whole turns and is left alone when normalised again', () => {
  fc.assert(
    fc.property(fc.double({ min: -1e3, max: 1e3, noNaN: true }), (angleRad) => {
      const once = normaliseAngle(angleRad)
      expect(once).toBeGreaterThan(-Math.PI)
      expect(once).toBeLessThanOrEqual(Math.PI)
      const turns = (angleRad - once) / (2 * Math.PI)
      expect(turns).toBeCloseTo(Math.round(turns), 9)
      expect(normaliseAngle(once)).toBe(once)
    }),
  )
})

test('planar poses form a group', () => {
  fc.assert(
    fc.property(poses, poses, poses, (a, b, c) => {
      expectSamePose(composePlanar(a, invertPlanar(a)), IDENTITY_PLANAR_POSE)
      expectSamePose(composePlanar(invertPlanar(a), a), IDENTITY_PLANAR_POSE)
      expectSamePose(composePlanar(composePlanar(a, b), c), composePlanar(a, composePlanar(b, c)))
      expectSamePose(composePlanar(a, relativePlanar(a, b)), b)
    }),
  )
})

test('on the ground, planar and spatial maths agree', () => {
  fc.assert(
    fc.property(poses, poses, (a, b) => {
      expectSamePose(
        planarFromTransform(composeTransforms(transformFromPlanar(a), transformFromPlanar(b))),
        composePlanar(a, b),
      )
    }),
  )
})

test('interpolation starts at the one, ends at the other and crosses pi on the short side', () => {
  fc.assert(
    fc.property(poses, poses, (a, b) => {
      expectSamePose(interpolatePlanar(a, b, 0), a)
      expectSamePose(interpolatePlanar(a, b, 1), b)
    }),
  )
  const middle = interpolatePlanar({ xM: 0, yM: 0, headingRad: 3 }, { xM: 0, yM: 0, headingRad: -3 }, 0.5)
  expect(middle.headingRad).toBeCloseTo(Math.PI, 12)
})

test('two short extrapolations are one long one, and going back ends at the start', () => {
  const rate = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(poses, fc.double({ min: -30, max: 30, noNaN: true }), rate, rate, (pose, speed, yawRate, time) => {
      const once = extrapolateConstantTurnRate(pose, speed, yawRate, 2 * time)
      const half = extrapolateConstantTurnRate(pose, speed, yawRate, time)
      expectSamePose(extrapolateConstantTurnRate(half, speed, yawRate, time), once)
      expectSamePose(extrapolateConstantTurnRate(once, speed, yawRate, -2 * time), pose)
    }),
  )
})

test('a quarter circle to the left at 10 m/s ends one radius ahead and one to the left', () => {
  const radiusM = 20
  const quarterS = (Math.PI / 2) * (radiusM / 10)
  expectSamePose(extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, 10, 10 / radiusM, quarterS), {
    xM: radiusM,
    yM: radiusM,
    headingRad: Math.PI / 2,
  })
})

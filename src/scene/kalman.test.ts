import fc from 'fast-check'
import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix'
import { expect, test } from 'vitest'
import { mahalanobisSquared } from './covariance.ts'
import { type Detection, NOTHING_SHARED, SHARED_CAUSES } from './detection.ts'
import {
  BELIEF_SIZE,
  type Belief,
  beliefFrom,
  differenceOf,
  innovationCovariance,
  mayReach,
  measurementOf,
  predictBelief,
  reachOf,
  updateBelief,
} from './kalman.ts'
import { priorOf } from './kind-prior.ts'

const closeTo = (found: readonly number[], expected: readonly number[], digits: number): void => {
  expect(found).toHaveLength(expected.length)
  for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, digits)
}
const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true })
const point = (reach: number) => fc.record({ xM: finite(-reach, reach), yM: finite(-reach, reach) })

const detections: fc.Arbitrary<Detection> = fc
  .record({
    positionInMap: point(100),
    sx: finite(0.05, 5),
    sy: finite(0.05, 5),
    correlation: finite(-0.9, 0.9),
    size: point(10),
    ground: point(10),
    depth: point(1),
    across: point(2),
  })
  .map(({ positionInMap, sx, sy, correlation, ...shared }) => ({
    keys: ['a'],
    timeNs: 0n,
    label: 'car',
    kind: 'car',
    positionInMap,
    noise: { xx: sx * sx, xy: correlation * sx * sy, yy: sy * sy },
    shared,
    sizeM: { x: 4, y: 2, z: 1.5 },
    views: [],
  }))
const steps = fc.array(fc.record({ detection: detections, afterS: finite(0, 2) }), { minLength: 1, maxLength: 6 })

const follow = (first: Detection, rest: readonly { detection: Detection; afterS: number }[]): Belief =>
  rest.reduce(
    (belief, { detection, afterS }) =>
      updateBelief(predictBelief(belief, priorOf('car'), afterS), measurementOf(detection, 0)),
    beliefFrom(first, priorOf('car')),
  )

test('a covariance stays one: symmetric, and of no negative direction', () => {
  fc.assert(
    fc.property(detections, steps, (first, rest) => {
      const { covariance } = follow(first, rest)
      const matrix = Matrix.from1DArray(BELIEF_SIZE, BELIEF_SIZE, [...covariance])
      expect(matrix.isSymmetric()).toBe(true)
      const { realEigenvalues } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true })
      const largest = Math.max(...realEigenvalues)
      expect(Math.min(...realEigenvalues)).toBeGreaterThan(-1e-9 * largest)
    }),
  )
})

test('at one instant, detections taken in one by one give what all of them at once give by least squares', () => {
  fc.assert(
    fc.property(detections, fc.array(detections, { minLength: 1, maxLength: 4 }), (first, rest) => {
      const belief = follow(
        first,
        rest.map((detection) => ({ detection, afterS: 0 })),
      )
      // Unknowns: x, y, vx, vy and the lasting errors; what is known before is the velocity and those.
      const speed = priorOf('car').speedSigmaMps ** -2
      const information = Matrix.diag([0, 0, speed, speed, 1, 1, 1, 1])
      const vector = Matrix.zeros(BELIEF_SIZE, 1)
      for (const { positionInMap, noise, shared } of [first, ...rest]) {
        const measures = new Matrix([
          [1, 0, 0, 0, ...SHARED_CAUSES.map((cause) => shared[cause].xM)],
          [0, 1, 0, 0, ...SHARED_CAUSES.map((cause) => shared[cause].yM)],
        ])
        const weight = inverse(
          new Matrix([
            [noise.xx, noise.xy],
            [noise.xy, noise.yy],
          ]),
        )
        const weighed = measures.transpose().mmul(weight)
        information.add(weighed.mmul(measures))
        vector.add(weighed.mmul(Matrix.columnVector([positionInMap.xM, positionInMap.yM])))
      }
      const covariance = inverse(information)
      const mean = covariance.mmul(vector).to1DArray()
      closeTo(belief.mean, mean, 5)
      closeTo(belief.covariance, covariance.to1DArray(), 4)
    }),
  )
})

test('what is too far away to look at is outside of the gate', () => {
  fc.assert(
    fc.property(
      detections,
      steps,
      detections,
      finite(-0.1, 0.1),
      finite(0.5, 4),
      (first, rest, next, aheadS, sigmas) => {
        const belief = follow(first, rest)
        const measurement = measurementOf(next, aheadS)
        if (mayReach(reachOf(belief), measurement, sigmas)) return
        const covariance = innovationCovariance(belief, measurement)
        expect(mahalanobisSquared(differenceOf(belief, measurement), covariance)).toBeGreaterThan(sigmas * sigmas)
      },
    ),
    { numRuns: 500 },
  )
})

test('predicting in two parts is predicting at once', () => {
  fc.assert(
    fc.property(detections, finite(0, 2), finite(0, 2), (first, a, b) => {
      const prior = priorOf('car')
      const belief = beliefFrom(first, prior)
      const once = predictBelief(belief, prior, a + b)
      const twice = predictBelief(predictBelief(belief, prior, a), prior, b)
      closeTo(twice.covariance, once.covariance, 6)
      closeTo(twice.mean, once.mean, 9)
    }),
  )
})

test('a car followed at 10 m/s by exact sights is believed to go 10 m/s', () => {
  const sight = (xM: number): Detection => ({
    keys: ['a'],
    timeNs: 0n,
    label: 'car',
    kind: 'car',
    positionInMap: { xM, yM: 0 },
    noise: { xx: 1e-4, xy: 0, yy: 1e-4 },
    shared: NOTHING_SHARED,
    sizeM: { x: 4, y: 2, z: 1.5 },
    views: [],
  })
  const belief = follow(
    sight(0),
    [1, 2, 3].map((xM) => ({ detection: sight(xM), afterS: 0.1 })),
  )
  expect(belief.mean[2]).toBeCloseTo(10, 1)
  expect(belief.mean[3]).toBeCloseTo(0, 9)
})

test('an error that lasts does not look like a velocity: a car 10 % too far in every image is believed to stand', () => {
  const tooFar = (rangeM: number): Detection => ({
    keys: ['a'],
    timeNs: 0n,
    label: 'car',
    kind: 'car',
    positionInMap: { xM: rangeM * 1.1, yM: 0 },
    noise: { xx: 0.01, xy: 0, yy: 0.01 },
    shared: { ...NOTHING_SHARED, size: { xM: rangeM * 0.1, yM: 0 } },
    sizeM: { x: 4, y: 2, z: 1.5 },
    views: [],
  })
  const belief = follow(
    tooFar(50),
    [1, 2, 3, 4].map(() => ({ detection: tooFar(50), afterS: 0.1 })),
  )
  expect(Math.abs(belief.mean[2]!)).toBeLessThan(0.1)
  // And its place is not believed better than the error allows, however often it is seen.
  expect(Math.sqrt(belief.covariance[0]!)).toBeGreaterThan(3.5)
})

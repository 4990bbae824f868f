import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  angleBetweenQuaternions,
  IDENTITY_QUATERNION,
  type Matrix3,
  matrixFromQuaternion,
  normaliseQuaternion,
  type Quaternion,
  quaternionFromMatrix,
  quaternionFromYaw,
  rotateVector,
  slerp,
  yawOfQuaternion,
} from './quaternion.ts'
import {
  applyTransform,
  composeTransforms,
  IDENTITY_TRANSFORM,
  interpolateTransforms,
  invertTransform,
  type Transform,
  transformFromPose,
} from './transform.ts'
import { subtractVectors, type Vector3, vectorLength } from './vector.ts'

const coordinate = fc.double({ min: -1e4, max: 1e4, noNaN: true })
const vectors: fc.Arbitrary<Vector3> = fc.record({ x: coordinate, y: coordinate, z: coordinate })
const part = fc.double({ min: -1, max: 1, noNaN: true })
const quaternions: fc.Arbitrary<Quaternion> = fc
  .record({ x: part, y: part, z: part, w: part })
  .filter(({ x, y, z, w }) => Math.hypot(x, y, z, w) > 0.01)
  .map(normaliseQuaternion)
const transforms: fc.Arbitrary<Transform> = fc.record({ translation: vectors, rotation: quaternions })

const expectSamePlace = (a: Vector3, b: Vector3) => expect(vectorLength(subtractVectors(a, b))).toBeLessThan(1e-9)
const expectSameTransform = (a: Transform, b: Transform) => {
  expect(vectorLength(subtractVectors(a.translation, b.translation))).toBeLessThan(1e-8)
  expect(angleBetweenQuaternions(a.rotation, b.rotation)).toBeLessThan(1e-9)
}

test('a transform after its inverse is the identity, from both sides', () => {
  fc.assert(
    fc.property(transforms, (aFromB) => {
      expectSameTransform(composeTransforms(aFromB, invertTransform(aFromB)), IDENTITY_TRANSFORM)
      expectSameTransform(composeTransforms(invertTransform(aFromB), aFromB), IDENTITY_TRANSFORM)
    }),
  )
})

test('transforms compose in any grouping', () => {
  fc.assert(
    fc.property(transforms, transforms, transforms, (a, b, c) => {
      expectSameTransform(composeTransforms(composeTransforms(a, b), c), composeTransforms(a, composeTransforms(b, c)))
    }),
  )
})

test('a composed transform does what its parts do one after the other', () => {
  fc.assert(
    fc.property(transforms, transforms, vectors, (aFromB, bFromC, point) => {
      const once = applyTransform(composeTransforms(aFromB, bFromC), point)
      const twice = applyTransform(aFromB, applyTransform(bFromC, point))
      expect(vectorLength(subtractVectors(once, twice))).toBeLessThan(1e-8)
    }),
  )
})

test('the identity leaves a point as it is, bit for bit', () => {
  fc.assert(
    fc.property(vectors, (point) => {
      expect(rotateVector(IDENTITY_QUATERNION, point)).toEqual({ x: point.x + 0, y: point.y + 0, z: point.z + 0 })
    }),
  )
})

test('interpolation starts at the one, ends at the other and turns at a constant rate', () => {
  fc.assert(
    fc.property(transforms, transforms, part, (a, b, sample) => {
      const fraction = Math.abs(sample)
      expectSameTransform(interpolateTransforms(a, b, 0), a)
      expectSameTransform(interpolateTransforms(a, b, 1), b)
      const whole = angleBetweenQuaternions(a.rotation, b.rotation)
      const done = angleBetweenQuaternions(a.rotation, slerp(a.rotation, b.rotation, fraction))
      expect(done).toBeCloseTo(whole * fraction, 6)
    }),
  )
})

test('a rotation survives its matrix, and the matrix rotates as the quaternion does', () => {
  fc.assert(
    fc.property(quaternions, vectors, (q, { x, y, z }) => {
      const m = matrixFromQuaternion(q)
      expect(angleBetweenQuaternions(quaternionFromMatrix(m), q)).toBeLessThan(1e-7)
      const rotated = {
        x: m[0] * x + m[1] * y + m[2] * z,
        y: m[3] * x + m[4] * y + m[5] * z,
        z: m[6] * x + m[7] * y + m[8] * z,
      }
      expectSamePlace(rotated, rotateVector(q, { x, y, z }))
    }),
  )
})

test('a row-major matrix that takes x to y is a quarter turn to the left', () => {
  const quarter: Matrix3 = [0, -1, 0, 1, 0, 0, 0, 0, 1]
  expect(yawOfQuaternion(quaternionFromMatrix(quarter))).toBeCloseTo(Math.PI / 2, 12)
})

test('a yaw survives its quaternion', () => {
  fc.assert(
    fc.property(fc.double({ min: -3.14, max: 3.14, noNaN: true }), (yawRad) => {
      expect(yawOfQuaternion(quaternionFromYaw(yawRad))).toBeCloseTo(yawRad, 12)
    }),
  )
})

test('a pose without a part, or with a rotation of no length, is no transform', () => {
  const position = { $typeName: 'foxglove.Vector3', x: 1, y: 2, z: 3 } as const
  const orientation = { $typeName: 'foxglove.Quaternion', x: 0, y: 0, z: 0, w: 2 } as const
  expect(transformFromPose(undefined)).toBeUndefined()
  expect(transformFromPose({ $typeName: 'foxglove.Pose', position })).toBeUndefined()
  expect(transformFromPose({ $typeName: 'foxglove.Pose', orientation })).toBeUndefined()
  expect(
    transformFromPose({ $typeName: 'foxglove.Pose', position, orientation: { ...orientation, w: 0 } }),
  ).toBeUndefined()
  expect(transformFromPose({ $typeName: 'foxglove.Pose', position, orientation })).toEqual({
    translation: { x: 1, y: 2, z: 3 },
    rotation: IDENTITY_QUATERNION,
  })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE } from './planar-pose.ts'
import { differentiate, poseAtTime, type TimedPose, trajectoryAccelerations, trajectorySegments } from './trajectory.ts'

const driven = (speedMps: number, yawRateRadps: number, times: readonly number[]): TimedPose[] =>
  times.map((timeS) => ({
    timeS,
    pose: extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, speedMps, yawRateRadps, timeS),
  }))

test('a constant turn gives back its speed, yaw rate and curvature at uneven stamps, without slip', () => {
  const rate = fc.double({ min: -1, max: 1, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: 1, max: 30, noNaN: true }), rate, fc.boolean(), (speed, yawRate, backward) => {
      const signed = backward ? -speed : speed
      for (const segment of trajectorySegments(driven(signed, yawRate, [0, 0.4, 1.1, 1.5]))) {
        expect(segment.speedMps).toBeCloseTo(signed, 6)
        expect(segment.yawRateRadps).toBeCloseTo(yawRate, 6)
        expect(segment.curvaturePerM).toBeCloseTo(yawRate / signed, 6)
        expect(segment.lateralAccelerationMps2).toBeCloseTo(signed * yawRate, 5)
        expect(segment.slipRad).toBeCloseTo(0, 6)
      }
    }),
  )
})

test('steady braking is one acceleration at each instant, the first from the known speed', () => {
  const braked: TimedPose[] = [0, 0.5, 1, 1.5, 2].map((timeS) => ({
    timeS,
    pose: { xM: 10 * timeS - timeS * timeS, yM: 0, headingRad: 0 },
  }))
  const accelerations = trajectoryAccelerations(braked, 10)
  expect(accelerations.map(({ timeS }) => timeS)).toEqual([0.125, 0.5, 1, 1.5])
  for (const { value } of accelerations) expect(value).toBeCloseTo(-2, 9)
  expect(trajectoryAccelerations(braked)).toHaveLength(3)
  for (const { value } of differentiate(accelerations)) expect(value).toBeCloseTo(0, 9)
})

test('a car that moves sideways has a slip of a quarter turn', () => {
  const [segment] = trajectorySegments([
    { timeS: 0, pose: IDENTITY_PLANAR_POSE },
    { timeS: 1, pose: { xM: 0, yM: 1, headingRad: 0 } },
  ])
  expect(segment?.slipRad).toBeCloseTo(Math.PI / 2, 9)
})

test('one pose has no motion, and a car that stands has none either', () => {
  expect(trajectorySegments(driven(1, 0, [0]))).toEqual([])
  const [segment] = trajectorySegments(driven(0, 0, [0, 1]))
  expect(segment).toMatchObject({ speedMps: 0, curvaturePerM: 0, slipRad: 0 })
})

test('between two poses there is a pose, outside there is none', () => {
  const poses = driven(10, 0, [0, 1, 2])
  expect(poseAtTime(poses, 1.25)?.xM).toBeCloseTo(12.5, 9)
  expect(poseAtTime(poses, 2)).toBe(poses[2]?.pose)
  expect(poseAtTime(poses, 2.1)).toBeUndefined()
  expect(poseAtTime(poses, -0.1)).toBeUndefined()
  expect(poseAtTime([], 0)).toBeUndefined()
})

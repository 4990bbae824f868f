import fc from 'fast-check'
import { expect, test } from 'vitest'
import { extrapolateConstantTurnRate, transformFromPlanar } from '#geometry'
import { egoStatesFromPoses, type StampedPose } from './ego-from-poses.ts'

const driven = (speedMps: number, yawRateRadps: number, timesMs: readonly number[]): StampedPose[] =>
  timesMs.map((timeMs) => ({
    timeNs: 1_600_000_000_000_000_000n + BigInt(Math.round(timeMs * 1e6)),
    mapFromEgo: transformFromPlanar(
      extrapolateConstantTurnRate({ xM: 100, yM: -50, headingRad: 2 }, speedMps, yawRateRadps, timeMs / 1000),
    ),
  }))

test('a steady drive gives back its speed and yaw rate, in the frame of the car, whatever the spacing of its poses', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 190 }), { minLength: 5, maxLength: 30 })
  fc.assert(
    fc.property(times, fc.double({ min: -20, max: 20, noNaN: true }), (timesMs, speedMps) => {
      const sorted = timesMs.toSorted((a, b) => a - b)
      for (const state of egoStatesFromPoses(driven(speedMps, 0.2, sorted))) {
        if (!state.velocityInEgoMps) continue
        expect(state.velocityInEgoMps.x).toBeCloseTo(speedMps, 1)
        expect(state.yawRateRadps).toBeCloseTo(0.2, 5)
      }
    }),
  )
})

test('poses of one millisecond say nothing of the motion, and a lone pose neither', () => {
  for (const state of egoStatesFromPoses(driven(10, 0, [0, 1, 500]))) {
    expect(state.poseInMap).toBeDefined()
    expect(state).not.toHaveProperty('velocityInEgoMps')
    expect(state).not.toHaveProperty('yawRateRadps')
  }
  expect(egoStatesFromPoses([])).toEqual([])
})

test('a gap in the poses is not bridged', () => {
  const states = egoStatesFromPoses(driven(10, 0, [0, 50, 2000, 2050]))
  expect(states.map(({ velocityInEgoMps }) => velocityInEgoMps?.x?.toFixed(6))).toEqual(Array(4).fill('10.000000'))
})

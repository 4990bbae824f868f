import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plannersConfig } from './config.ts'
import { stopDurationS, stopInstant, stopProfile } from './stop-profile.ts'

const { comfortableStop: comfortable, firmStop: firm } = plannersConfig.parse({})

describe('the profile of a stop', () => {
  it.each([
    // Ramp 10/3 s each way loses 1.667 m/s; the hold takes the rest at 1 m/s^2.
    ['from 10 m/s, comfortably', 10, 0, comfortable, 10 / 3 + (10 - 10 / 3) + 10 / 3, 50 + 10 * (10 / 6)],
    ['from 1 m/s, comfortably: too slow for a hold', 1, 0, comfortable, 2 * Math.sqrt(1 / 0.3), Math.sqrt(1 / 0.3)],
    ['from 10 m/s, firmly', 10, 0, firm, 10 / 2.5 + 2.5 / 1.5, 20 + 10 * (2.5 / 3)],
    ['from 10 m/s, already braking at the limit', 10, -1, comfortable, 10 + 0.5 / 0.3, undefined],
    ['standing', 0, 0, comfortable, 0, 0],
  ])('%s', (_, speed, acceleration, limits, durationS, distanceM) => {
    const profile = stopProfile(speed, acceleration, limits)
    expect(stopDurationS(profile)).toBeCloseTo(durationS, 6)
    if (distanceM !== undefined) expect(stopInstant(profile, 1e3).distanceM).toBeCloseTo(distanceM, 6)
  })

  it.each([
    ['speeding up', 10, 2, 0],
    ['braking harder than the limit', 10, -4, -1],
    ['braking so hard that the speed is gone before the brake is let go', 0.15, -1, -0.3],
  ])('begins as near as it may to a car that is %s', (_, speed, acceleration, begins) => {
    expect(stopInstant(stopProfile(speed, acceleration, comfortable), 0).accelerationMps2).toBeCloseTo(begins, 9)
  })

  it('never speeds up, keeps deceleration and jerk within their limits all the way, and ends standing', () => {
    const inputs = fc.record({
      speed: fc.double({ min: 0, max: 60, noNaN: true }),
      acceleration: fc.double({ min: -12, max: 12, noNaN: true }),
      limits: fc.record({
        decelerationMps2: fc.double({ min: 0.1, max: 9, noNaN: true }),
        jerkMps3: fc.double({ min: 0.1, max: 20, noNaN: true }),
      }),
    })
    fc.assert(
      fc.property(inputs, ({ speed, acceleration, limits }) => {
        const profile = stopProfile(speed, acceleration, limits)
        const durationS = stopDurationS(profile)
        const stepS = durationS / 200
        const instants = Array.from({ length: 201 }, (_, index) => stopInstant(profile, index * stepS))
        instants.forEach((instant, index) => {
          const before = instants[index - 1] ?? instant
          expect(instant.speedMps).toBeLessThanOrEqual(before.speedMps + 1e-9)
          expect(instant.distanceM).toBeGreaterThanOrEqual(before.distanceM - 1e-9)
          expect(-instant.accelerationMps2).toBeLessThanOrEqual(limits.decelerationMps2 + 1e-9)
          const change = Math.abs(instant.accelerationMps2 - before.accelerationMps2)
          expect(change).toBeLessThanOrEqual(limits.jerkMps3 * stepS + 1e-6)
          // What the speed loses is what the deceleration takes: the pieces fit together.
          const meanMps2 = (instant.accelerationMps2 + before.accelerationMps2) / 2
          expect(
            Math.abs(instant.speedMps - before.speedMps - meanMps2 * (index === 0 ? 0 : stepS)),
          ).toBeLessThanOrEqual(limits.jerkMps3 * stepS * stepS + 1e-6)
        })
        expect(stopInstant(profile, durationS)).toMatchObject({
          speedMps: expect.closeTo(0, 5),
          accelerationMps2: expect.closeTo(0, 5),
        })
        expect(stopInstant(profile, durationS + 1)).toMatchObject({ speedMps: 0, accelerationMps2: 0 })
      }),
    )
  })
})

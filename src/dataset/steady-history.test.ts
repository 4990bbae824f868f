import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE } from '#geometry'
import { type FrameSet, FrameSet_EgoSampleSchema, FrameSetSchema } from '#messages'
import { withSteadyHistory } from './steady-history.ts'

const TIMES_S = [-3, -2.5, -2, -1.5, -1, -0.5, 0] as const

/** Somebody who has driven `metresBack(-t)` along an arc when it was t s ago. */
const cameAlong = (curvaturePerM: number, metresBack: (secondsAgo: number) => number, speedMps: number): FrameSet =>
  create(FrameSetSchema, {
    egoHistory: TIMES_S.map((timeS) =>
      create(FrameSet_EgoSampleSchema, {
        timeS,
        ...extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, 1, curvaturePerM, -metresBack(-timeS)),
        speedMps: timeS === 0 ? speedMps : 99,
        accelerationMps2: -2,
        yawRateRadps: speedMps * curvaturePerM,
      }),
    ),
  })

/**
 * How far from an arc the way between samples of it may lie, metres: chords of steps `s` along it are off sideways by at most
 * k s² / 8 (linear interpolation's error), and what they are shorter than the arc adds up.
 */
const offTheArcM = (curvaturePerM: number, stepsM: readonly number[]): number => {
  const chordM = (stepM: number): number =>
    curvaturePerM < 1e-9 ? stepM : (2 / curvaturePerM) * Math.sin((curvaturePerM * stepM) / 2)
  const shorterM = stepsM.reduce((sum, stepM) => sum + stepM - chordM(stepM), 0)
  return (curvaturePerM * Math.max(...stepsM) ** 2) / 8 + shorterM
}

describe('a steady past', () => {
  it('of somebody who brakes on an arc lies on the arc, as far back as its present speed says', () => {
    const arc = fc.double({ min: -0.1, max: 0.1, noNaN: true })
    const speed = fc.double({ min: 0, max: 15, noNaN: true })
    const braking = fc.double({ min: -1, max: 4, noNaN: true })
    fc.assert(
      fc.property(arc, speed, braking, (curvaturePerM, speedMps, brakingMps2) => {
        const metresBack = (ago: number): number => Math.max(speedMps * ago + (brakingMps2 * ago * ago) / 2, 0)
        const before = cameAlong(curvaturePerM, metresBack, speedMps)
        const farM = metresBack(3)
        const offM = offTheArcM(
          Math.abs(curvaturePerM),
          TIMES_S.slice(1).map((timeS, index) => Math.abs(metresBack(-TIMES_S[index]!) - metresBack(-timeS))),
        )
        const { egoHistory } = withSteadyHistory(before)
        for (const { timeS, xM, yM, speedMps: told, accelerationMps2, yawRateRadps } of egoHistory) {
          expect(told).toBe(speedMps)
          expect(accelerationMps2).toBe(0)
          expect(yawRateRadps).toBe(speedMps * curvaturePerM)
          const backM = -timeS * speedMps
          if (backM > farM) continue
          const right = extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, 1, curvaturePerM, -backM)
          expect(Math.hypot(xM! - right.xM, yM! - right.yM)).toBeLessThanOrEqual(offM + 1e-6)
        }
      }),
    )
  })

  it('of somebody who drives off goes straight on where its way begins', () => {
    const before = cameAlong(0, (ago) => Math.min(4 * ago, 4), 8)
    const { egoHistory } = withSteadyHistory(before)
    expect(egoHistory.map(({ xM }) => xM)).toEqual([-24, -20, -16, -12, -8, -4, 0])
    expect(egoHistory.every(({ yM }) => yM === 0)).toBe(true)
  })

  it('of somebody who was steady all along is the past', () => {
    const before = cameAlong(0.02, (ago) => 7 * ago, 7)
    for (const [index, { xM, yM, headingRad }] of withSteadyHistory(before).egoHistory.entries()) {
      const sample = before.egoHistory[index]!
      // Arcs are measured along chords.
      expect(xM).toBeCloseTo(sample.xM!, 1)
      expect(yM).toBeCloseTo(sample.yM!, 1)
      expect(headingRad).toBeCloseTo(sample.headingRad!, 2)
    }
  })

  it('at another speed is that of the same way, faster, and its bend turns it the more', () => {
    const before = cameAlong(0.02, (ago) => 12 * ago, 6)
    const { egoHistory } = withSteadyHistory(before, 9)
    for (const { timeS, xM, speedMps, yawRateRadps } of egoHistory) {
      expect(speedMps).toBe(9)
      expect(yawRateRadps).toBeCloseTo(9 * 0.02, 9)
      expect(xM).toBeCloseTo(extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, 1, 0.02, 9 * timeS).xM, 1)
    }
  })

  it.each([
    ['without a speed now', { timeS: 0, xM: 0, yM: 0, headingRad: 0 }],
    ['without a pose', { timeS: 0, speedMps: 3 }],
  ])('%s nothing changes', (_, sample) => {
    const before = create(FrameSetSchema, { egoHistory: [sample] })
    expect(withSteadyHistory(before)).toBe(before)
  })

  it('of a set without a history is none', () => {
    const before = create(FrameSetSchema, {})
    expect(withSteadyHistory(before)).toBe(before)
  })
})

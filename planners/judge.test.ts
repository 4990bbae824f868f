import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composePlanar, type PlanarPose, relativePlanar } from '#geometry'
import { Verdict_Decision } from '#messages'
import type { Ego } from './ego-motion.ts'
import { drive, ns, planOf, speeds, T0 } from './testing/plans.ts'
import { at, codes, egoAt, steady } from './testing/steady-car.ts'
import type { VerdictBody } from './verdict-body.ts'

const times = ({ timeNs, steps }: VerdictBody): number[] => steps.map((step) => Number(step.timeNs - timeNs) / 1e9)
const { PLAN, MINIMAL_RISK_STOP } = Verdict_Decision

describe('a plan that keeps every limit', () => {
  it('is let through, seen from where the ego is now, with absolute times and what is past left out', () => {
    const { verdict, faults } = at(0.6, { plan: steady })
    expect(verdict).toMatchObject({
      timeNs: T0 + ns(0.6),
      decision: PLAN,
      planRequestId: 1n,
      followedPlanRequestId: 1n,
      planAgeS: 0.6,
      findings: [],
    })
    expect(faults).toEqual([])
    expect(verdict.steps.map(({ timeNs }) => timeNs - T0)).toEqual([1, 1.5, 2, 2.5, 3, 3.5, 4].map(ns))
    verdict.steps.forEach(({ poseInEgo, speedMps }, index) => {
      expect(poseInEgo.xM).toBeCloseTo(10 + 5 * index - 6, 6)
      expect(poseInEgo.yM).toBeCloseTo(0, 6)
      expect(speedMps).toBeCloseTo(10, 6)
    })
    expect(verdict.changes).toEqual(['plan 1 seen from the ego 0.600 s later', 'its first 1 of 8 poses are past'])
  })

  it('has turned with the ego in a bend', () => {
    const plan = planOf(drive(Array(8).fill(10), [0.3]))
    const { verdict } = at(0.7, { plan, egoAtTick: egoAt(0.7, 0.3), egoAtPlanReference: egoAt(0, 0.3) })
    expect(verdict.decision).toBe(PLAN)
    const there = relativePlanar(egoAt(0.7, 0.3).pose!, egoAt(2, 0.3).pose!)
    const step = verdict.steps.find(({ timeNs }) => timeNs === T0 + ns(2))
    expect(step?.poseInEgo.xM).toBeCloseTo(there.xM, 6)
    expect(step?.poseInEgo.yM).toBeCloseTo(there.yM, 6)
    expect(step?.poseInEgo.headingRad).toBeCloseTo(there.headingRad, 6)
  })

  it('is let through until it is older than planMaxAge', () => {
    expect(at(1, { plan: steady }).verdict.decision).toBe(PLAN)
    const { verdict } = at(1.001, { plan: steady })
    expect(verdict.decision).toBe(MINIMAL_RISK_STOP)
    expect(verdict.findings.map(({ check }) => check)).toEqual(['age'])
  })

  it('does not mind where the map has its origin and how it is turned', () => {
    const moves = fc.record({
      xM: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      yM: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
      headingRad: fc.double({ min: -3, max: 3, noNaN: true }),
    })
    const moved = (move: PlanarPose, ego: Ego): Ego => ({ ...ego, pose: composePlanar(move, ego.pose!) })
    const here = at(0.3, { plan: steady }).verdict
    fc.assert(
      fc.property(moves, (move) => {
        const { verdict } = at(0.3, {
          plan: steady,
          egoAtTick: moved(move, egoAt(0.3)),
          egoAtPlanReference: moved(move, egoAt(0)),
        })
        expect(verdict.decision).toBe(here.decision)
        verdict.steps.forEach(({ poseInEgo, timeNs }, index) => {
          expect(timeNs).toBe(here.steps[index]!.timeNs)
          expect(poseInEgo.xM).toBeCloseTo(here.steps[index]!.poseInEgo.xM, 6)
          expect(poseInEgo.yM).toBeCloseTo(here.steps[index]!.poseInEgo.yM, 6)
        })
      }),
    )
  })
})

describe('a plan that breaks a limit', () => {
  const bad = planOf(drive(speeds(10, 6)), 2n)

  it('is refused with the reason, told once, and the valid one before it is followed while it is young', () => {
    const first = at(0.2, { plan: steady })
    const second = at(0.3, { plan: bad, state: first.state })
    expect(second.verdict).toMatchObject({ decision: PLAN, planRequestId: 2n, followedPlanRequestId: 1n })
    expect(second.verdict.findings.map(({ check }) => check)).toContain('longitudinal-acceleration')
    expect(second.verdict.steps[0]?.poseInEgo.xM).toBeCloseTo(2, 6)
    expect(second.verdict.changes).toContain('plan 2 is not followed: see the findings')
    expect(codes(second)).toEqual(['plan-refused'])
    const third = at(0.35, { plan: bad, state: second.state })
    expect(codes(third)).toEqual([])
    const old = at(1.01, { plan: bad, state: third.state })
    expect(old.verdict).toMatchObject({ decision: MINIMAL_RISK_STOP, planRequestId: 2n, followedPlanRequestId: 1n })
    expect(codes(old)).toEqual(['minimal-risk-stop'])
  })

  it('alone leads to a stop on the way the ego turns now', () => {
    const { verdict } = at(0.2, { plan: bad, egoAtTick: egoAt(0.2, 0.2) })
    expect(verdict).toMatchObject({ decision: MINIMAL_RISK_STOP, followedPlanRequestId: 0n })
    const last = verdict.steps.at(-1)!.poseInEgo
    expect(last.headingRad).toBeCloseTo((0.2 / 10) * (20 + 10 * (2.5 / 3)), 1)
  })

  it('that came too late to be followed at all is told as too old', () => {
    expect(codes(at(5, { plan: steady }))).toEqual(['plan-too-old', 'minimal-risk-stop'])
  })

  it('that is about the future is not followed', () => {
    const { verdict } = at(0, { plan: planOf(drive(Array(8).fill(10)), 3n, T0 + ns(0.2)) })
    expect(verdict.findings.map(({ check }) => check)).toEqual(['age'])
  })
})

describe('without any plan', () => {
  it('a car that stands is told to stand', () => {
    const { verdict } = at(0, { egoAtTick: { speedMps: 0.05 } })
    expect(verdict).toMatchObject({ decision: MINIMAL_RISK_STOP, planRequestId: 0n, findings: [] })
    expect(verdict.planAgeS).toBeUndefined()
    expect(verdict.steps).toEqual([{ timeNs: T0 + ns(0.5), poseInEgo: { xM: 0, yM: 0, headingRad: 0 }, speedMps: 0 }])
  })

  it('a car whose speed nobody knows is told to stand', () => {
    const { verdict } = at(0, { egoAtTick: undefined })
    expect(verdict.steps.map(({ speedMps }) => speedMps)).toEqual([0])
    expect(verdict.changes).toEqual(['there has been no plan', 'stand: the speed of the ego is not known'])
  })

  it('a car that rolls back is stopped where it rolls', () => {
    const { verdict } = at(0, { egoAtTick: { speedMps: -2 } })
    const end = verdict.steps.at(-1)!
    expect([end.poseInEgo.xM < 0, end.speedMps]).toEqual([true, 0])
    expect(verdict.steps.every(({ speedMps }) => speedMps >= 0 && speedMps <= 2)).toBe(true)
  })

  it('the stop is told once', () => {
    const first = at(0)
    expect(codes(first)).toEqual(['minimal-risk-stop'])
    expect(codes(at(0.05, { state: first.state }))).toEqual([])
  })
})

describe('without an ego pose', () => {
  const blind = (timeS: number, yawRateRadps = 0.3): Ego => ({ ...egoAt(timeS, yawRateRadps), pose: undefined })
  const plan = planOf(drive(Array(8).fill(10), [0.3]))

  it('the plan is moved by speed and yaw rate, and a fault tells of it once', () => {
    const first = at(0.4, { plan, egoAtTick: blind(0.4), egoAtPlanReference: blind(0) })
    expect(first.verdict.decision).toBe(PLAN)
    expect(codes(first)).toEqual(['ego-dead-reckoned'])
    const there = relativePlanar(egoAt(0.4, 0.3).pose!, egoAt(1, 0.3).pose!)
    expect(first.verdict.steps[1]?.poseInEgo.yM).toBeCloseTo(there.yM, 6)
    const second = at(0.45, { plan, egoAtTick: blind(0.45), egoAtPlanReference: blind(0), state: first.state })
    expect(codes(second)).toEqual([])
  })

  it('that a car could not have reached, it is moved by speed and yaw rate too', () => {
    const jumped = { ...egoAt(0.4), pose: { ...egoAt(0.4).pose!, xM: 700 } }
    const { verdict, faults } = at(0.4, { plan: steady, egoAtTick: jumped })
    expect(verdict.decision).toBe(PLAN)
    expect(verdict.steps[0]?.poseInEgo.xM).toBeCloseTo(1, 6)
    expect(faults[0]).toMatchObject({
      code: 'ego-dead-reckoned',
      message: expect.stringContaining('m from where the speed leads'),
    })
  })

  it('and without speed no plan is followed: the stop goes on as the car was', () => {
    const first = at(0.4, { plan: steady })
    const { verdict } = at(0.45, { plan: steady, egoAtTick: undefined, state: first.state })
    expect(verdict).toMatchObject({ decision: MINIMAL_RISK_STOP, followedPlanRequestId: 1n })
    expect(verdict.findings.map(({ check }) => check)).toContain('ego-speed')
    expect(verdict.steps[0]?.speedMps).toBeCloseTo(10, 0)
  })
})

describe('a clock that goes back', () => {
  it('makes plans and stop start anew, with a fault', () => {
    const first = at(0.5, { plan: steady })
    const back = at(-100, { plan: steady, state: first.state })
    expect(codes(back)).toContain('clock-jump')
    expect(back.verdict.decision).toBe(MINIMAL_RISK_STOP)
    expect(times(back.verdict).every((timeS) => timeS > 0)).toBe(true)
  })
})

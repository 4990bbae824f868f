import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composePlanar, extrapolateConstantTurnRate, type PlanarPose, relativePlanar } from '#geometry'
import { type Plan, Verdict_Decision } from '#messages'
import { chain } from './chain.ts'
import { plannersConfig } from './config.ts'
import type { Ego } from './ego-motion.ts'
import { type JudgeInput, type Judgement, judge } from './judge.ts'
import { initialPlannersState } from './state.ts'
import { posesAhead } from './stop-path.ts'
import { stopInstant } from './stop-profile.ts'
import { drive, ns, planOf, speeds, T0, vehicle } from './testing/plans.ts'
import type { VerdictBody } from './verdict-body.ts'

const config = plannersConfig.parse({})
const start: PlanarPose = { xM: 600, yM: -1200, headingRad: 2.5 }

/** A car at 10 m/s that keeps its yaw rate, at a time after T0. */
const egoAt = (timeS: number, yawRateRadps = 0): Ego => ({
  pose: extrapolateConstantTurnRate(start, 10, yawRateRadps, timeS),
  speedMps: 10,
  accelerationMps2: 0,
  yawRateRadps,
})

const at = (timeS: number, changes: Partial<JudgeInput> = {}): Judgement =>
  judge({
    tickTimeNs: T0 + ns(timeS),
    egoAtTick: egoAt(timeS),
    egoAtPlanReference: egoAt(0),
    vehicle,
    config,
    state: initialPlannersState,
    ...changes,
  })

const steady = planOf(drive(Array(8).fill(10)))
const codes = ({ faults }: Judgement): string[] => faults.map(({ code }) => code)
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

/** A car that does what the verdicts say, ticked at 20 Hz. */
const obey = (ticks: number, planAt: (tick: number) => Plan | undefined) => {
  let state = initialPlannersState
  let ego: Ego = egoAt(0)
  const reference = ego
  const trace: {
    verdict: VerdictBody
    speedMps: number
    accelerationMps2: number
    pose: PlanarPose
    faults: string[]
  }[] = []
  for (let tick = 0; tick < ticks; tick += 1) {
    const plan = planAt(tick)
    const judged = judge({
      tickTimeNs: T0 + ns(tick / 20),
      plan,
      egoAtTick: ego,
      egoAtPlanReference: reference,
      vehicle,
      config,
      state,
    })
    state = judged.state
    const { stop } = state
    const next = stop && stopInstant(stop.profile, 0.05)
    const moved = stop && next && posesAhead(stop.path, ego.speedMps ?? 0, [next.distanceM])[0]
    trace.push({
      verdict: judged.verdict,
      speedMps: ego.speedMps!,
      accelerationMps2: ego.accelerationMps2!,
      pose: ego.pose!,
      faults: judged.faults.map(({ code }) => code),
    })
    ego =
      next && moved
        ? {
            pose: composePlanar(ego.pose!, moved),
            speedMps: next.speedMps,
            accelerationMps2: next.accelerationMps2,
            yawRateRadps: moved.headingRad * 20,
          }
        : judged.verdict.decision === PLAN
          ? { ...ego, pose: extrapolateConstantTurnRate(ego.pose!, 10, ego.yawRateRadps!, 0.05) }
          : { ...ego, speedMps: 0, accelerationMps2: 0 }
  }
  return trace
}

describe('a car that does as it is told when the plans end', () => {
  const trace = obey(600, () => steady)
  const decisions = trace.map(({ verdict }) => verdict.decision)

  it('stops on the path of its last plan, comfortably at first, firmly past its end, and stands', () => {
    expect(decisions.lastIndexOf(PLAN)).toBe(20)
    expect(trace[21]?.verdict.changes.at(-1)).toMatch(
      /^stop along the path of plan 1: comfortable \(1 m\/s\^2, 0.3 m\/s\^3\)/,
    )
    const firm = trace.findIndex(({ verdict }) => verdict.changes.at(-1)?.includes(': firm (2.5'))
    const goneM = Math.hypot(trace[firm]!.pose.xM - start.xM, trace[firm]!.pose.yM - start.yM)
    expect(goneM).toBeGreaterThanOrEqual(40)
    expect(goneM).toBeLessThan(41)
    expect(trace.at(-1)?.verdict.changes.at(-1)).toBe('stand: the ego stands')
    expect(trace.at(-1)?.speedMps).toBeLessThan(0.1)
  })

  it('is never asked for more than the firm deceleration and jerk, nor to leave its line', () => {
    trace.slice(1).forEach(({ accelerationMps2, speedMps, pose }, index) => {
      const before = trace[index]!
      expect(accelerationMps2).toBeGreaterThanOrEqual(-2.5 - 1e-9)
      expect(accelerationMps2).toBeLessThanOrEqual(1e-9)
      expect(speedMps).toBeLessThanOrEqual(before.speedMps + 1e-9)
      if (speedMps > 0.1)
        expect(Math.abs(accelerationMps2 - before.accelerationMps2)).toBeLessThanOrEqual(1.5 * 0.05 + 1e-6)
      const { yM } = relativePlanar(start, pose)
      expect(Math.abs(yM)).toBeLessThan(1e-6)
    })
  })

  it('hears of the stop once', () => {
    expect(trace.flatMap(({ faults }) => faults)).toEqual(['minimal-risk-stop'])
  })

  it('goes on when a plan keeps every limit again, from the speed it has', () => {
    const stopped = obey(60, () => steady).at(-1)!
    const there = {
      pose: stopped.pose,
      speedMps: stopped.speedMps,
      accelerationMps2: stopped.accelerationMps2,
      yawRateRadps: 0,
    }
    let state = initialPlannersState
    for (const tick of [0, 1]) {
      state = at(1.5 + tick / 20, { plan: steady, egoAtTick: there, state }).state
    }
    const fresh = planOf(drive(Array(8).fill(stopped.speedMps)), 9n, T0 + ns(1.6))
    const resumed = at(1.6, { plan: fresh, egoAtTick: there, egoAtPlanReference: there, state })
    expect(resumed.verdict).toMatchObject({ decision: PLAN, followedPlanRequestId: 9n })
    expect(codes(resumed)).toEqual(['plan-resumed'])
    expect(Math.abs(resumed.verdict.steps[0]!.speedMps - stopped.speedMps)).toBeLessThan(0.5)
  })
})

describe('a car that strays from the path it should stop on', () => {
  it('is stopped where it goes instead, firmly', () => {
    const first = at(0.9, { plan: steady })
    const second = at(1.1, { plan: steady, state: first.state })
    expect(second.verdict.followedPlanRequestId).toBe(1n)
    const pose = composePlanar(egoAt(1.15).pose!, { xM: 0, yM: 0.9, headingRad: 0 })
    const strayed = at(1.15, { plan: steady, state: second.state, egoAtTick: { ...egoAt(1.15), pose } })
    expect(strayed.verdict.followedPlanRequestId).toBe(0n)
    expect(strayed.verdict.changes.at(-1)).toContain('firm')
  })

  it('and one beside it merges back without a kink', () => {
    const pose = composePlanar(egoAt(1.1).pose!, { xM: 0, yM: 0.5, headingRad: 0 })
    const first = at(1.05, { plan: steady, state: at(1, { plan: steady }).state })
    const { verdict } = at(1.1, { plan: steady, state: first.state, egoAtTick: { ...egoAt(1.1), pose } })
    const lateral = verdict.steps.map(({ poseInEgo }) => poseInEgo.yM)
    expect(verdict.followedPlanRequestId).toBe(1n)
    expect(Math.abs(lateral[0]!)).toBeLessThan(0.15)
    expect(lateral.at(-1)).toBeCloseTo(-0.5, 3)
  })
})

const odd = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -60, max: 60, noNaN: true }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      0,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1e308,
      -1e308,
      5e-324,
    ),
  },
)
const anyPlan = fc
  .record({
    requestId: fc.bigInt({ min: 1n, max: 9n }),
    ageNs: fc.bigInt({ min: -200_000_000n, max: 1_500_000_000n }),
    steps: fc.array(fc.record({ timeS: odd, xM: odd, yM: odd, headingRad: odd }), { maxLength: 9 }),
  })
  .map(({ requestId, ageNs, steps }): Plan => {
    const plan = planOf(steps, requestId, T0 - ageNs)
    plan.steps.forEach((step, index) => {
      step.timeS = steps[index]!.timeS
    })
    return plan
  })
/** Near enough to a drive that many are let through. */
const likelyPlan = fc
  .record({
    requestId: fc.bigInt({ min: 1n, max: 9n }),
    ageNs: fc.bigInt({ min: 0n, max: 1_100_000_000n }),
    accelerations: fc.array(fc.double({ min: -3, max: 2.5, noNaN: true }), { minLength: 8, maxLength: 8 }),
    yawRates: fc.array(fc.double({ min: -0.2, max: 0.2, noNaN: true }), { minLength: 8, maxLength: 8 }),
    startMps: fc.double({ min: 8, max: 12, noNaN: true }),
  })
  .map(({ requestId, ageNs, accelerations, yawRates, startMps }) => {
    let speedMps = startMps
    const means = accelerations.map((accelerationMps2) => {
      speedMps = Math.max(0, speedMps + accelerationMps2 / 2)
      return speedMps
    })
    return planOf(drive(means, yawRates), requestId, T0 - ageNs)
  })
const anyEgo = fc.option(
  fc.record(
    {
      pose: fc.record({
        xM: fc.double({ min: -12, max: 2, noNaN: true }),
        yM: fc.double({ min: -1, max: 1, noNaN: true }),
        headingRad: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
      }),
      speedMps: fc.double({ min: -1, max: 30, noNaN: true }),
      accelerationMps2: fc.double({ min: -9, max: 5, noNaN: true }),
      yawRateRadps: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    },
    { requiredKeys: [] },
  ),
  { nil: undefined, freq: 10 },
)

describe('whatever the model plans and the car says', () => {
  let plans = 0
  const run = fc.array(
    fc.record({
      plan: fc.option(fc.oneof(anyPlan, likelyPlan), { nil: undefined }),
      ego: anyEgo,
      reference: anyEgo,
      afterMs: fc.integer({ min: -100, max: 400 }),
      likely: fc.boolean(),
    }),
    { minLength: 1, maxLength: 6 },
  )

  it('every verdict keeps every limit or is a stop; times rise, speeds are never negative, nothing is no number', () => {
    fc.assert(
      fc.property(run, (ticks) => {
        let state = initialPlannersState
        let timeNs = T0
        for (const { plan, ego, reference, afterMs, likely } of ticks) {
          timeNs += BigInt(afterMs) * 1_000_000n
          const egoAtTick = likely ? { ...egoAt(0), yawRateRadps: 0 } : ego
          const egoAtPlanReference = likely
            ? { ...egoAt(plan ? -Number(T0 - plan.referenceTimeNs) / 1e9 : 0), yawRateRadps: 0 }
            : reference
          const judged = judge({ tickTimeNs: timeNs, plan, egoAtTick, egoAtPlanReference, vehicle, config, state })
          state = structuredClone(judged.state)
          expect(state).toEqual(judged.state)
          const { verdict } = judged
          expect(verdict.steps.length).toBeGreaterThan(0)
          verdict.steps.forEach(({ timeNs: stepNs, poseInEgo, speedMps }, index) => {
            expect(stepNs > (verdict.steps[index - 1]?.timeNs ?? timeNs)).toBe(true)
            expect(speedMps).toBeGreaterThanOrEqual(0)
            expect([speedMps, poseInEgo.xM, poseInEgo.yM, poseInEgo.headingRad].every(Number.isFinite)).toBe(true)
          })
          if (verdict.decision === PLAN) {
            plans += 1
            const nodes = verdict.steps.map((step) => ({
              timeS: Number(step.timeNs - timeNs) / 1e9,
              pose: step.poseInEgo,
              speedMps: step.speedMps,
            }))
            const context = {
              limits: config.limits,
              vehicle,
              egoSpeedMps: egoAtTick?.speedMps,
              egoYawRateRadps: egoAtTick?.yawRateRadps,
              ageS: 0,
              maxAgeS: 1,
            }
            expect(chain(nodes, context)).toEqual([])
          } else {
            expect(verdict.steps.at(-1)?.speedMps).toBe(0)
            const falls = verdict.steps.every(
              ({ speedMps }, index) => index === 0 || speedMps <= verdict.steps[index - 1]!.speedMps,
            )
            expect(falls).toBe(true)
          }
        }
      }),
      { numRuns: 1500 },
    )
    expect(plans).toBeGreaterThan(200)
  })
})

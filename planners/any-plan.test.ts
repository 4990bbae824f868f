import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Plan, Verdict_Decision } from '#messages'
import { chain } from './chain.ts'
import { judge } from './judge.ts'
import { initialPlannersState } from './state.ts'
import { drive, planOf, T0, vehicle } from './testing/plans.ts'
import { config, egoAt } from './testing/steady-car.ts'

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
          if (verdict.decision === Verdict_Decision.PLAN) {
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

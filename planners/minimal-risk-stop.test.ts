import { describe, expect, it } from 'vitest'
import { composePlanar, extrapolateConstantTurnRate, type PlanarPose, relativePlanar } from '#geometry'
import { type Plan, Verdict_Decision } from '#messages'
import type { Ego } from './ego-motion.ts'
import { judge } from './judge.ts'
import { initialPlannersState } from './state.ts'
import { posesAhead } from './stop-path.ts'
import { stopInstant } from './stop-profile.ts'
import { drive, ns, planOf, T0, vehicle } from './testing/plans.ts'
import { at, codes, config, egoAt, start, steady } from './testing/steady-car.ts'
import type { VerdictBody } from './verdict-body.ts'

const { PLAN } = Verdict_Decision

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

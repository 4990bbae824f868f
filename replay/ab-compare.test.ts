import { describe, expect, it } from 'vitest'
import { encode, PlanSchema, type TapeRecord, Verdict_Decision, VerdictSchema } from '#messages'
import type { Engine } from '#model/engine'
import { NOTHING_ANSWERED } from '#model/question'
import { driveTwoSeconds, STRAIGHT_ON } from '../src/pipeline/testing/drive-events.ts'
import { recordsOf } from '../src/pipeline/testing/drive-with-snapshots.ts'
import { createAbComparison } from './ab-compare.ts'
import { type Latency, recordedLatencies, replayWithOtherModel } from './with-other-model.ts'

const DRIVE = recordsOf(driveTwoSeconds())
const stream = async function* () {
  yield* DRIVE
}

/** Says the same of every question but of those that `otherwise` names, by their number from 1. */
const saying = (otherwise: Readonly<Record<number, string>>): Engine => {
  let asked = 0
  return {
    info: { engine: 'scripted', bundleSha256: '' },
    async answer() {
      asked += 1
      return { ...NOTHING_ANSWERED, text: otherwise[asked] ?? STRAIGHT_ON, finish: 'stop' }
    },
    async close() {},
  }
}

/** Ends `sideM` to the left of straight on, evenly. */
const driftingLeft = (sideM: number): string =>
  STRAIGHT_ON.replaceAll(/\[(\d+\.\d+),0\.00,/g, (_, x: string) => `[${x},${((Number(x) / 20) * sideM).toFixed(2)},`)

const compare = async (engine: Engine, toleranceM: number, latency: Latency = { kind: 'recorded' }) => {
  const comparison = createAbComparison(toleranceM)
  for (const record of DRIVE) comparison.recorded(record)
  const recorded = await recordedLatencies(stream())
  const out = { write: (record: TapeRecord) => comparison.other(record) }
  await replayWithOtherModel({ records: stream(), engine, latency, recorded, out, nowMs: () => 0 })
  return comparison.finish()
}

describe('a drive with another model, beside the recorded one', () => {
  it('has nothing apart when both say the same', async () => {
    const { report } = await compare(saying({}), 0)
    expect(report).toMatchObject({
      plans: { recorded: 8, other: 8, paired: 8 },
      apart: 0,
      otherAction: 0,
      rmsM: 0,
      first: undefined,
      verdicts: { otherDecision: 0, firstOtherDecisionNs: undefined },
    })
    expect(report.verdicts.compared).toBeGreaterThan(30)
  })

  it('tells how far apart the plans are, which is the first and which the furthest', async () => {
    const { report, paths } = await compare(saying({ 3: driftingLeft(0.4), 5: driftingLeft(4) }), 0.5)
    expect(report).toMatchObject({ apart: 1, otherAction: 0, first: { otherRequestId: 5n, recordedRequestId: 5n } })
    // Evenly from 0.5 to 4 m in eight steps.
    expect(report.furthest?.rmsM).toBeCloseTo(Math.sqrt((0.25 * 204) / 8), 2)
    expect(report.perStep.map(({ timeS, pairs }) => [timeS, pairs])).toEqual(
      [0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4].map((timeS) => [timeS, 8]),
    )
    expect(report.perStep.at(-1)?.rmsM).toBeCloseTo(Math.sqrt((0.4 ** 2 + 4 ** 2) / 8), 2)
    expect(paths.pairs.filter(({ apart }) => apart).length).toBe(1)
    expect(paths.driven.at(-1)!.xM).toBeGreaterThan(paths.driven[0]!.xM + 5)
  })

  it('goes on when the other model fails once', async () => {
    const { answer, ...rest } = saying({})
    let asked = 0
    const once: Engine = {
      ...rest,
      answer: (...question) => {
        asked += 1
        return asked === 2 ? Promise.reject(new Error('out of memory')) : answer(...question)
      },
    }
    expect((await compare(once, 0)).report).toMatchObject({ plans: { recorded: 8, other: 7, paired: 7 }, apart: 0 })
  })

  it('counts another action also where the poses are the same', async () => {
    const { report } = await compare(saying({ 2: STRAIGHT_ON.replace('"keep"', '"accelerate"') }), 0.5)
    expect(report).toMatchObject({ apart: 0, otherAction: 1, first: { otherRequestId: 2n, rmsM: 0 } })
  })

  it('pairs plans by their frame set, not by their number', async () => {
    // So slow that every other frame set is passed over.
    const { report } = await compare(saying({}), 0, { kind: 'fixed', ms: 400 })
    expect(report.plans.other).toBeLessThan(6)
    expect(report).toMatchObject({ plans: { recorded: 8, paired: report.plans.other }, apart: 0 })
  })

  it('counts the ticks that were decided otherwise', () => {
    const comparison = createAbComparison(0.5)
    const verdict = (tick: number, decision: Verdict_Decision): TapeRecord => ({
      topic: '/planners/verdict',
      logTimeNs: BigInt(tick),
      publishTimeNs: BigInt(tick),
      sequence: tick,
      payload: encode(VerdictSchema, { decision }),
    })
    const { PLAN, MINIMAL_RISK_STOP } = Verdict_Decision
    for (const tick of [0, 1, 2, 3]) {
      comparison.recorded(verdict(tick, PLAN))
      comparison.other(verdict(tick, tick === 2 ? MINIMAL_RISK_STOP : PLAN))
    }
    expect(comparison.finish().report.verdicts).toEqual({
      compared: 4,
      otherDecision: 1,
      recordedPlan: 4,
      otherPlan: 3,
      firstOtherDecisionNs: 2n,
    })
  })

  it('has no distance where no plan met another', () => {
    const comparison = createAbComparison(0.5)
    const payload = encode(PlanSchema, {
      requestId: 1n,
      referenceTimeNs: 7n,
      steps: [{ timeS: 1, poseInEgo: { xM: 1 } }],
    })
    comparison.recorded({ topic: '/tasks/plan', logTimeNs: 9n, publishTimeNs: 7n, sequence: 0, payload })
    expect(comparison.finish().report).toMatchObject({ plans: { recorded: 1, other: 0, paired: 0 }, rmsM: undefined })
  })
})

import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { VerdictSchema } from '#messages'
import { verdictAtStep } from './verdict-at-step.ts'

const STEP_NS = 50_000_000n
const trace = [0, 1, 2].map((step) => ({
  timeNs: BigInt(step) * STEP_NS,
  pose: { xM: step, yM: 0, headingRad: 0 },
}))
const verdictAt = (timeNs: bigint, xM: number[]) =>
  create(VerdictSchema, {
    timeNs,
    steps: xM.map((x, index) => ({
      timeNs: timeNs + BigInt(index + 1) * 500_000_000n,
      poseInEgo: { xM: x, yM: 1, headingRad: 0 },
      speedMps: 5,
    })),
  })

describe('a verdict at a step of the world', () => {
  it('between two steps is seen from the first of them', () => {
    const moved = verdictAtStep(verdictAt(STEP_NS + STEP_NS / 2n, [10]), trace)
    expect(moved?.timeNs).toBe(STEP_NS)
    expect(moved?.steps[0]?.poseInEgo).toMatchObject({ xM: 10.5, yM: 1 })
    expect(moved?.steps[0]?.timeNs).toBe(STEP_NS + STEP_NS / 2n + 500_000_000n)
  })

  it('at a step stays as it is', () => {
    expect(verdictAtStep(verdictAt(STEP_NS, [10]), trace)?.steps[0]?.poseInEgo).toMatchObject({ xM: 10, yM: 1 })
  })

  it('that runs out goes on standing at its end', () => {
    const { steps = [] } = verdictAtStep(verdictAt(0n, [10, 12]), trace) ?? {}
    expect(steps.at(-1)).toMatchObject({ poseInEgo: { xM: 12 }, speedMps: 0 })
    expect(steps.at(-1)!.timeNs).toBeGreaterThan(10_000_000_000n)
  })

  it('without any step stands where it is', () => {
    const { steps = [] } = verdictAtStep(verdictAt(STEP_NS / 2n, []), trace) ?? {}
    expect(steps).toMatchObject([{ poseInEgo: { xM: 0.5, yM: 0 }, speedMps: 0 }])
  })

  it('from before the first step is none', () => {
    expect(verdictAtStep(verdictAt(0n, [1]), trace.slice(1))).toBeUndefined()
  })
})

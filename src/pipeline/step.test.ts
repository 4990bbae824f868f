import { deserialize, serialize } from 'node:v8'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  FaultSchema,
  FrameSetSchema,
  ModelAnswer_Finish,
  ModelRequestSchema,
  ModelState_State,
  PlanSchema,
  RunDigestSchema,
  Verdict_Decision,
  VerdictSchema,
} from '#messages'
import type { Event } from './event.ts'
import { initialState } from './state.ts'
import { step } from './step.ts'
import {
  answer,
  configMessage,
  createTestRun,
  driveTwoSeconds,
  ego,
  end,
  frame,
  modelState,
  readAs,
  START_NS,
  STRAIGHT_ON,
  tick,
} from './testing/drive-events.ts'

const MS = 1_000_000n
const verdicts = readAs(VerdictSchema)
const faults = readAs(FaultSchema)

const freeze = <T>(value: T): T => {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const entry of Object.values(value)) freeze(entry)
    Object.freeze(value)
  }
  return value
}

describe('step', () => {
  it('turns frames into sets, sets into questions, answers into plans and plans into verdicts', () => {
    const run = driveTwoSeconds()
    expect(run.of('/fusion/frame-set', readAs(FrameSetSchema)).length).toBe(8)
    expect(run.of('/model/request', readAs(ModelRequestSchema)).length).toBe(8)
    const plans = run.of('/tasks/plan', readAs(PlanSchema))
    expect(plans.length).toBe(8)
    expect(plans[0]?.referenceTimeNs).toBe(START_NS - 10n * MS)
    const decisions = run.of('/planners/verdict', verdicts).map(({ decision }) => decision)
    expect(decisions[0]).toBe(Verdict_Decision.MINIMAL_RISK_STOP)
    expect(decisions.at(-1)).toBe(Verdict_Decision.PLAN)
    // The planners say that they began without a plan, and when the first one ended the stop.
    const told = run.of('/pipeline/fault', faults)
    expect(told.filter(({ source }) => source !== 'planners')).toEqual([])
    expect(told.at(-1)?.code).toBe('plan-resumed')
  })

  it('changes nothing in the state and the event it is given', () => {
    const recorded = driveTwoSeconds().events
    let state = freeze(initialState)
    for (const event of recorded) state = freeze(step(state, freeze({ ...event }), () => {}).state)
    expect(state.events).toBe(BigInt(recorded.length))
  })

  it('goes on from a state that was written to disk and read back as if nothing had happened', () => {
    const whole = driveTwoSeconds()
    for (const cut of [1, 40, whole.events.length >> 1, whole.events.length - 1]) {
      const first = createTestRun()
      for (const event of whole.events.slice(0, cut)) first.stepEvent(event)
      const second = createTestRun(deserialize(serialize(first.state())))
      for (const event of whole.events.slice(cut)) second.stepEvent(event)
      expect([...first.outputs, ...second.outputs]).toEqual(whole.outputs)
    }
  })

  it('shows a change of any event in the digest: payload, times, sequence or order', () => {
    const { events, of } = driveTwoSeconds()
    const digest = of('/pipeline/digest', readAs(RunDigestSchema))[0]
    const again = (changed: readonly Event[]) => {
      const run = createTestRun()
      for (const event of changed) run.stepEvent(event)
      return run.of('/pipeline/digest', readAs(RunDigestSchema))[0]
    }
    expect(again(events)).toEqual(digest)
    const edits: ((event: Event) => Event)[] = [
      (event) => ({
        ...event,
        payloadSha256: event.payloadSha256.map((byte, index) => (index === 7 ? byte ^ 1 : byte)),
      }),
      (event) => ({ ...event, publishTimeNs: event.publishTimeNs + 1n }),
      (event) => ({ ...event, sequence: event.sequence + 1 }),
    ]
    fc.assert(
      fc.property(fc.integer({ min: 1, max: events.length - 2 }), fc.constantFrom(...edits), (at, edit) => {
        expect(again(events.map((event, index) => (index === at ? edit(event) : event)))).not.toEqual(digest)
      }),
      { numRuns: 20 },
    )
    fc.assert(
      fc.property(fc.integer({ min: 2, max: events.length - 3 }), (at) => {
        const swapped = [...events.slice(0, at), events[at + 1]!, events[at]!, ...events.slice(at + 2)]
        expect(again(swapped)).not.toEqual(digest)
      }),
      { numRuns: 20 },
    )
  })

  it('takes the configuration first, and no topic that is not an event', () => {
    const run = createTestRun()
    expect(() => run.step(tick(0n, START_NS))).toThrow(/first event is \/pipeline\/config/)
    expect(() => run.step({ ...tick(0n, START_NS), topic: '/planners/verdict' })).toThrow(/takes no events/)
  })
})

describe('the model in step', () => {
  const begin = () => {
    const run = createTestRun()
    run.step(configMessage())
    run.step(ego(START_NS, START_NS + 1n * MS))
    return run
  }
  const frames = (run: ReturnType<typeof createTestRun>, atMs: bigint) => {
    const atNs = START_NS + atMs * MS
    run.step(frame('front', atNs - 20n * MS, atNs))
    return run.step(frame('back', atNs - 15n * MS, atNs + 1n))
  }

  it('is asked nothing before it is ready, and then about the newest frame set', () => {
    const run = begin()
    expect(frames(run, 50n)).toEqual([])
    expect(frames(run, 150n)).toEqual([])
    run.step(modelState(ModelState_State.READY, START_NS + 200n * MS))
    const asked = run.of('/model/request', readAs(ModelRequestSchema))
    expect(asked.map(({ referenceTimeNs }) => referenceTimeNs)).toEqual([START_NS + 135n * MS])
  })

  it('has one question at a time; the set that came last meanwhile is asked about next', () => {
    const run = begin()
    run.step(modelState(ModelState_State.READY, START_NS + 2n * MS))
    const [first] = frames(run, 50n)
    expect(first?.kind).toBe('ask')
    expect(frames(run, 100n)).toEqual([])
    expect(frames(run, 150n)).toEqual([])
    if (first?.kind !== 'ask') return
    const [second] = run.step(answer(first.request, STRAIGHT_ON, START_NS + 200n * MS))
    expect(second?.kind === 'ask' && second.request.referenceTimeNs).toBe(START_NS + 135n * MS)
  })

  it('is not asked about a frame set that has waited too long', () => {
    const run = begin()
    frames(run, 50n)
    run.step(modelState(ModelState_State.READY, START_NS + 900n * MS))
    expect(run.requests).toEqual([])
    expect(run.of('/pipeline/fault', faults).map(({ code }) => code)).toEqual(['frame-set-stale'])
  })

  it.each([
    {
      name: 'an answer that is no plan',
      finish: ModelAnswer_Finish.STOP,
      text: 'I would rather not say',
      source: 'tasks',
    },
    { name: 'an answer that ran out of tokens', finish: ModelAnswer_Finish.LENGTH, text: STRAIGHT_ON, source: 'model' },
    { name: 'an engine that failed', finish: ModelAnswer_Finish.FAILED, text: '', source: 'model' },
    { name: 'an answer that was cut', finish: ModelAnswer_Finish.CUT, text: '{"speed":"ke', source: 'model' },
  ])('gives no plan but a fault for $name', ({ finish, text, source }) => {
    const run = begin()
    run.step(modelState(ModelState_State.READY, START_NS + 2n * MS))
    const [first] = frames(run, 50n)
    if (first?.kind !== 'ask') throw new Error('expected a question')
    run.step(answer(first.request, text, START_NS + 100n * MS, finish))
    expect(run.of('/tasks/plan', readAs(PlanSchema))).toEqual([])
    expect(run.of('/pipeline/fault', faults).map((fault) => fault.source)).toEqual([source])
  })

  it('is cut once when its answer takes longer than it could be worth', () => {
    const run = begin()
    run.step(modelState(ModelState_State.READY, START_NS + 2n * MS))
    frames(run, 50n)
    for (let ms = 10_000n; ms < 10_400n; ms += 50n) run.step(tick(ms / 50n, START_NS + ms * MS))
    expect(run.requests.map(({ kind }) => kind)).toEqual(['ask', 'cut'])
    expect(run.of('/pipeline/fault', faults).filter(({ code }) => code === 'answer-late').length).toBe(1)
  })

  it('ignores parts of an answer that nobody waits for', () => {
    const run = begin()
    run.step(modelState(ModelState_State.READY, START_NS + 2n * MS))
    const [first] = frames(run, 50n)
    if (first?.kind !== 'ask') throw new Error('expected a question')
    run.step(answer({ ...first.request, requestId: 99n }, STRAIGHT_ON, START_NS + 60n * MS))
    expect(run.of('/tasks/plan', readAs(PlanSchema))).toEqual([])
  })
})

describe('what is too old', () => {
  it.each([
    {
      name: 'frame',
      late: (run: ReturnType<typeof createTestRun>) => run.step(frame('front', START_NS, START_NS + 900n * MS)),
      code: 'frame-stale',
    },
    {
      name: 'frame from the future',
      late: (run: ReturnType<typeof createTestRun>) =>
        run.step(frame('front', START_NS + 900n * MS, START_NS + 9n * MS)),
      code: 'frame-stale',
    },
    {
      name: 'ego state',
      late: (run: ReturnType<typeof createTestRun>) => run.step(ego(START_NS, START_NS + 900n * MS)),
      code: 'ego-stale',
    },
  ])('a $name is left out with a fault', ({ late, code }) => {
    const run = createTestRun()
    run.step(configMessage())
    late(run)
    run.step(end(START_NS + 1000n * MS))
    expect(run.of('/pipeline/fault', faults).map((fault) => fault.code)).toEqual([code])
    expect(run.of('/fusion/frame-set', readAs(FrameSetSchema))).toEqual([])
  })
})

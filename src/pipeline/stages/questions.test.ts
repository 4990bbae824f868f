import { describe, expect, it } from 'vitest'
import {
  FaultSchema,
  ModelAnswer_Finish,
  type ModelRequest,
  ModelState_State,
  PerceptionSchema,
  PlanSchema,
  Prediction_Source,
  PredictionSchema,
  TracksSchema,
  Verdict_Decision,
  VerdictSchema,
} from '#messages'
import {
  answer,
  CONFIG_ALL,
  configMessage,
  createTestRun,
  ego,
  frame,
  modelState,
  readAs,
  START_NS,
  STRAIGHT_ON,
  tick,
} from '../testing/drive-events.ts'

const MS = 1_000_000n

/** A car some 12 m ahead, standing, in pixels of the resized front image; a red light for the ego. */
const PERCEPTION = JSON.stringify({
  objects: [
    { view: 'front', bbox_2d: [134, 84, 174, 108], label: 'car', motion: 'stopped', occlusion: 'none' },
    { view: 'back', bbox_2d: [140, 86, 160, 100], label: 'car', motion: 'same_direction', occlusion: 'none' },
  ],
  traffic_lights: [{ view: 'front', bbox_2d: [170, 40, 176, 56], state: 'red', relevance: 'ego' }],
  signs: [],
  lanes: 'Two lanes.',
  drivable_space: 'The own lane up to the car.',
  road: 'street',
  weather: 'clear',
  light: 'day',
})
const PREDICTION = '{"agents":[{"agent":1,"intention":"stop","probability":0.90}]}'

const begin = () => {
  const run = createTestRun()
  run.step(configMessage(START_NS, CONFIG_ALL))
  for (let ms = 1n; ms <= 20n; ms += 1n) run.step(ego(START_NS + ms * 5n * MS - 4n * MS, START_NS + ms * 5n * MS))
  run.step(modelState(ModelState_State.READY, START_NS + 101n * MS))
  return run
}
type Run = ReturnType<typeof begin>

const frames = (run: Run, atMs: bigint) => {
  const atNs = START_NS + atMs * MS
  run.step(ego(atNs - 15n * MS, atNs - 1n))
  run.step(frame('front', atNs - 20n * MS, atNs))
  return run.step(frame('back', atNs - 15n * MS, atNs + 1n))
}
const newest = (run: Run): ModelRequest => {
  const last = run.requests.findLast(({ kind }) => kind === 'ask')
  if (last?.kind !== 'ask') throw new Error('nothing was asked')
  return last.request
}
const tell = (run: Run, text: string, atMs: bigint, finish?: ModelAnswer_Finish) =>
  run.step(answer(newest(run), text, START_NS + atMs * MS, finish))
const tasksOf = (run: Run): string[] =>
  run.requests.map((request) => (request.kind === 'ask' ? request.request.task : `cut ${request.requestId}`))
const codes = (run: Run): string[] => run.of('/pipeline/fault', readAs(FaultSchema)).map(({ code }) => code)

describe('the questions about a frame set', () => {
  it('come one after the other: plan, perception, prediction; and begin alike', () => {
    const run = begin()
    frames(run, 110n)
    tell(run, STRAIGHT_ON, 200n)
    tell(run, PERCEPTION, 300n)
    tell(run, PREDICTION, 400n)
    expect(tasksOf(run)).toEqual(['driving/plan', 'driving/perception', 'driving/prediction'])
    const images = run.requests.map((request) =>
      request.kind === 'ask' ? request.request.messages[1]?.parts.filter(({ part }) => part.case === 'image') : [],
    )
    expect(images[1]).toEqual(images[0])
    expect(images[2]).toEqual(images[0])
  })

  it('make a scene: perception, tracks on the ground, predicted paths', () => {
    const run = begin()
    frames(run, 110n)
    tell(run, STRAIGHT_ON, 200n)
    tell(run, PERCEPTION, 300n)
    tell(run, PREDICTION, 400n)
    expect(run.of('/tasks/perception', readAs(PerceptionSchema))[0]?.objects.length).toBe(2)
    const [tracks] = run.of('/scene/tracks', readAs(TracksSchema))
    expect(tracks?.tracks.map(({ views }) => views)).toEqual([['front'], ['back']])
    const ahead = tracks!.tracks[0]!.poseInMap!
    expect(ahead.xM).toBeGreaterThan(8)
    expect(ahead.xM).toBeLessThan(20)
    const [prediction] = run.of('/tasks/prediction', readAs(PredictionSchema))
    expect(prediction?.agents.map(({ source }) => source)).toEqual([
      Prediction_Source.MODEL,
      Prediction_Source.KINEMATICS,
    ])
    expect(prediction?.agents.every(({ path }) => path.length === 8)).toBe(true)
  })

  it('tell the plan as soon as its poses are there, and again with its reason', () => {
    const run = begin()
    frames(run, 110n)
    const end = STRAIGHT_ON.indexOf('"reason":') + 12
    tell(run, STRAIGHT_ON.slice(0, end), 150n, ModelAnswer_Finish.NONE)
    tell(run, STRAIGHT_ON.slice(end, end + 4), 160n, ModelAnswer_Finish.NONE)
    tell(run, STRAIGHT_ON.slice(end + 4), 170n)
    const plans = run.of('/tasks/plan', readAs(PlanSchema))
    expect(plans.map(({ posesOnly, reason }) => [posesOnly, reason])).toEqual([
      [true, ''],
      [false, 'The lane is free.'],
    ])
    expect(plans[0]?.steps).toEqual(plans[1]?.steps)
  })

  it('are cut for the next plan only when it would come too late', () => {
    const run = begin()
    frames(run, 110n)
    tell(run, STRAIGHT_ON, 310n)
    expect(tasksOf(run).at(-1)).toBe('driving/perception')
    // The plan of 95 ms took 200 ms: the next is due at 895 ms.
    frames(run, 600n)
    run.step(tick(1n, START_NS + 880n * MS))
    expect(tasksOf(run).at(-1)).toBe('driving/perception')
    run.step(tick(2n, START_NS + 900n * MS))
    expect(tasksOf(run).at(-1)).toBe('cut 2')
    expect(codes(run)).toContain('question-cut')
    tell(run, '{"obj', 905n, ModelAnswer_Finish.CUT)
    expect(tasksOf(run).at(-1)).toBe('driving/plan')
    expect(codes(run)).not.toContain('answer-unfinished')
  })

  it('are never cut in two frame sets running; the plan that waits for them is told as starved', () => {
    const run = begin()
    frames(run, 110n)
    tell(run, STRAIGHT_ON, 310n)
    frames(run, 600n)
    run.step(tick(2n, START_NS + 900n * MS))
    tell(run, '', 905n, ModelAnswer_Finish.CUT)
    tell(run, STRAIGHT_ON, 1100n)
    expect(tasksOf(run).at(-1)).toBe('driving/perception')
    frames(run, 1300n)
    for (let ms = 1400n; ms < 1900n; ms += 50n) run.step(tick(ms / 50n, START_NS + ms * MS))
    expect(tasksOf(run).at(-1)).toBe('driving/perception')
    expect(codes(run).filter((code) => code === 'plan-starved').length).toBe(1)
    expect(codes(run).filter((code) => code === 'question-cut').length).toBe(1)
  })

  it('go on to the next frame set when nobody is there to predict', () => {
    const run = begin()
    frames(run, 110n)
    tell(run, STRAIGHT_ON, 200n)
    frames(run, 250n)
    tell(run, PERCEPTION.replace(/"objects":\[.*?\}\]/, '"objects":[]'), 300n)
    expect(tasksOf(run)).toEqual(['driving/plan', 'driving/perception', 'driving/plan'])
  })

  it('let the guard hold a plan against the red light that was seen, and the planners stop', () => {
    const run = begin()
    frames(run, 110n)
    tell(run, STRAIGHT_ON, 200n)
    run.step(ego(START_NS + 225n * MS, START_NS + 229n * MS))
    run.step(tick(1n, START_NS + 230n * MS))
    tell(run, PERCEPTION, 240n)
    run.step(ego(START_NS + 245n * MS, START_NS + 249n * MS))
    run.step(tick(2n, START_NS + 250n * MS))
    expect(codes(run)).toEqual(expect.arrayContaining(['plan-contradicts-light', 'plan-meets-agent']))
    const verdicts = run.of('/planners/verdict', readAs(VerdictSchema))
    expect(verdicts.map(({ decision }) => decision)).toEqual([
      Verdict_Decision.PLAN,
      Verdict_Decision.MINIMAL_RISK_STOP,
    ])
    expect(verdicts[1]?.findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['red-light']))
  })
})

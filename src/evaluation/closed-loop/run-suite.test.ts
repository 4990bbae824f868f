import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Scenario } from '#simulator'
import { runSuite, type SuitePorts } from './run-suite.ts'
import type { ClosedLoopScore } from './score.ts'
import { type ClosedLoopSuite, parseClosedLoopSuite } from './suite.ts'

const suite: ClosedLoopSuite = {
  name: 'two',
  about: '',
  seconds: 1,
  modelLatency: { p50Ms: 100, measured: 'nowhere' },
  scenarios: [
    { family: 'village', seed: 1 },
    { family: 'serpentine', seed: 2 },
  ],
}

const scoreOf = (scenario: Scenario, changes: Partial<ClosedLoopScore> = {}): ClosedLoopScore => ({
  scenario,
  planner: 'test',
  latencyMs: 100,
  drivenS: 1,
  end: 'time',
  completed: true,
  infractions: [],
  clean: true,
  collisions: [],
  redLightsRun: [],
  stopSignsRun: [],
  offRoadS: 0,
  wrongWay: { drivenM: 0, mostWithinSecondM: 0 },
  progress: { drivenM: 8, expertM: 10, share: 0.8 },
  comfort: { comfortable: true, limits: {} },
  interventions: {
    verdicts: 20,
    plansJudged: 4,
    plansRefused: 1,
    refusedBy: { jerk: 1 },
    olderPlanVerdicts: 0,
    stopVerdicts: 5,
    minimalRiskStops: 1,
  },
  answers: { requests: 4, plans: 4, faults: {} },
  ...changes,
})

describe('a suite of drives', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'outrider-suite-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  const run = async (more: Partial<SuitePorts> = {}) => {
    const driven: string[] = []
    const report = runSuite(
      suite,
      { planner: 'test', latencyMs: 100 },
      {
        folder,
        identity: 'one',
        async drive(scenario, name) {
          driven.push(name)
          return { score: scoreOf(scenario), wallS: 1 }
        },
        ...more,
      },
    )
    return { report: await report, driven }
  }

  it('is told as a whole and by family', async () => {
    const { report } = await run({
      drive: async (scenario) => ({
        score: scoreOf(
          scenario,
          scenario.family === 'village'
            ? { clean: false, end: 'collision', completed: false, infractions: ['off-road'] }
            : {},
        ),
        wallS: 1,
        replays: scenario.family === 'serpentine',
      }),
    })
    expect(report.all).toMatchObject({
      drives: 2,
      clean: 1,
      cleanShare: 0.5,
      leftRoad: 1,
      plansJudged: 8,
      stopShare: 0.25,
    })
    expect(report.all.refusedBy).toEqual({ jerk: 2 })
    expect(report.families['village']).toMatchObject({ drives: 1, clean: 0 })
    expect(report.replayed).toEqual({ drives: 2, same: 1 })
  })

  it('goes on where it was interrupted', async () => {
    const stop = new AbortController()
    const interrupted = run({
      signal: stop.signal,
      drive: async (scenario) => {
        if (scenario.family === 'serpentine') stop.abort(new Error('Ctrl-C'))
        return { score: scoreOf(scenario), wallS: 1 }
      },
    })
    await expect(interrupted).rejects.toThrow('Ctrl-C')
    const { driven, report } = await run()
    expect(driven).toEqual(['serpentine-2'])
    expect(report.results).toHaveLength(2)
  })

  it('drives anew what another model or setting has driven, and what is no result', async () => {
    await run()
    await writeFile(join(folder, 'village-1.json'), '{"identity":"one","resu')
    expect((await run()).driven).toEqual(['village-1'])
    expect((await run({ identity: 'another' })).driven).toEqual(['village-1', 'serpentine-2'])
  })
})

describe('a suite file', () => {
  it.each([
    { name: 'no JSON', text: '{' },
    { name: 'an unknown family', text: JSON.stringify({ ...suite, scenarios: [{ family: 'moon', seed: 1 }] }) },
    { name: 'a key that nobody knows', text: JSON.stringify({ ...suite, speed: 1 }) },
  ])('with $name is refused with a code', ({ text }) => {
    expect(() => parseClosedLoopSuite(text, 'x.json')).toThrow(expect.objectContaining({ code: 'SUITE_INVALID' }))
  })
})

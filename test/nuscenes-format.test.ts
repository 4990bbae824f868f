// Results as nuScenes' own devkit reads them: from a drive of the pipeline's, and from the real frame.
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTape } from '#log'
import { ModelState_State } from '#messages'
import {
  answer,
  CONFIG_ALL,
  configMessage,
  createTestRun,
  ego,
  frame,
  modelState,
  START_NS,
  STRAIGHT_ON,
} from '../src/pipeline/testing/drive-events.ts'
import { nuscenesPythonOrSkip, OUTRIDER, ROOT, sharedOrSkip } from './oracles.ts'

const MS = 1_000_000n
const SETS = 4
const folder = mkdtempSync(join(tmpdir(), 'outrider-nuscenes-format-'))
const at = (name: string): string => join(folder, name)
const outrider = (...args: string[]) =>
  promisify(execFile)(process.execPath, [...OUTRIDER, ...args]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }) => ({ code, stdout }),
  )
const exportTo = async (out: string, ...args: string[]) => {
  const { code, stdout } = await outrider('export', 'nuscenes-format', ...args, '--out', at(out), '--json')
  return { code, summary: JSON.parse(stdout) }
}
const readJson = (name: string) => JSON.parse(readFileSync(at(name), 'utf8'))

const PERCEPTION = JSON.stringify({
  objects: [
    { view: 'front', bbox_2d: [134, 84, 174, 108], label: 'car', motion: 'stopped', occlusion: 'none' },
    { view: 'back', bbox_2d: [140, 86, 160, 100], label: 'car', motion: 'same_direction', occlusion: 'none' },
  ],
  traffic_lights: [],
  signs: [],
  lanes: 'Two lanes.',
  drivable_space: 'The own lane.',
  road: 'street',
  weather: 'clear',
  light: 'day',
})
const PREDICTION = '{"agents":[{"agent":1,"intention":"stop","probability":0.90}]}'

/** A drive whose model plans, sees two cars and predicts, four times. */
const writeDrive = async (path: string): Promise<void> => {
  const run = createTestRun()
  run.step(configMessage(START_NS, CONFIG_ALL))
  run.step(modelState(ModelState_State.READY, START_NS + MS))
  const texts: Record<string, string> = {
    'driving/plan': STRAIGHT_ON,
    'driving/perception': PERCEPTION,
    'driving/prediction': PREDICTION,
  }
  for (let set = 0n; set < SETS; set += 1n) {
    const setMs = 200n + set * 500n
    for (let ms = setMs - 150n; ms < setMs; ms += 10n) run.step(ego(START_NS + (ms - 4n) * MS, START_NS + ms * MS))
    run.step(frame('front', START_NS + (setMs - 20n) * MS, START_NS + setMs * MS))
    let requests = run.step(frame('back', START_NS + (setMs - 15n) * MS, START_NS + setMs * MS + 1n))
    for (let later = 10n; requests.length > 0 && later < 100n; later += 10n) {
      const [asked] = requests
      if (asked?.kind !== 'ask') break
      requests = run.step(answer(asked.request, texts[asked.request.task]!, START_NS + (setMs + later) * MS))
    }
  }
  const tape = await openTape(path)
  for (const { payloadSha256: _, ...event } of run.events) {
    tape.write(event)
    for (const { eventTimeNs, ...output } of run.outputs) {
      if (eventTimeNs === event.logTimeNs) tape.write({ ...output, logTimeNs: event.logTimeNs })
    }
  }
  await tape.close()
}

interface Loaded {
  readonly meta: object
  readonly tokens: readonly string[]
  readonly names: Readonly<Record<string, readonly string[]>>
}
interface DevkitReport {
  readonly detection: Loaded
  readonly tracking: Loaded
  readonly trackingIds: Readonly<Record<string, readonly string[]>>
  readonly agreement?: {
    readonly boxes: number
    readonly worst: Readonly<Record<string, number>>
    readonly ap: Readonly<Record<string, number>>
  }
}
const devkit = (python: string, name: string, ...dataset: string[]): DevkitReport =>
  JSON.parse(
    execFileSync(
      python,
      [join(ROOT, 'test/python/nuscenes_results.py'), at(`${name}.json`), at(`${name}.tracking.json`), ...dataset],
      { encoding: 'utf8', env: { ...process.env, HOME: folder, MPLCONFIGDIR: folder }, maxBuffer: 1e8 },
    ),
  )

beforeAll(() => writeDrive(at('drive.mcap')))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('tracks and plans of a drive, and the devkit reads them', async (context) => {
  const { code, summary } = await exportTo('found.json', at('drive.mcap'))
  expect([code, summary]).toMatchObject([
    0,
    {
      source: 'tracks',
      samples: SETS,
      detection: { file: at('found.json'), boxes: 2 * SETS },
      tracking: { file: at('found.tracking.json'), boxes: 2 * SETS },
      plans: { file: at('found.plans.json'), plans: SETS },
      unclassed: {},
      notes: [],
    },
  ])
  const plans = Object.values(readJson('found.plans.json').results) as {
    planning: number[][]
    trajectory_global: number[][]
  }[]
  // 5 m/s straight on, from where the ego then is.
  for (const [set, { planning, trajectory_global: inMap }] of plans.entries()) {
    expect(planning[5]![1]).toBeCloseTo(15, 6)
    expect(inMap[5]![0]).toBeCloseTo(15 + 5 * (0.185 + 0.5 * set), 1)
  }
  const loaded = devkit(nuscenesPythonOrSkip(context), 'found')
  expect(loaded.detection.meta).toMatchObject({ use_camera: true, source: 'tracks' })
  expect(Object.values(loaded.detection.names)).toEqual(Array(SETS).fill(['car', 'car']))
  const [first, ...others] = Object.values(loaded.trackingIds)
  // The same two, in every sample.
  expect(new Set(first).size).toBe(2)
  for (const ids of others) expect([...ids].sort()).toEqual([...first!].sort())
})

test('perception of a drive, lifted to the ground near the tracks that came of it', async () => {
  await exportTo('by-tracks.json', at('drive.mcap'), '--from', 'tracks')
  const { summary } = await exportTo('by-perception.json', at('drive.mcap'), '--from', 'perception')
  expect(summary).toMatchObject({ source: 'perception', detection: { boxes: 2 * SETS } })
  expect(summary.tracking).toBeUndefined()
  expect(existsSync(at('by-perception.tracking.json'))).toBe(false)
  const [tracked, seen] = ['by-tracks.json', 'by-perception.json'].map(
    (name) =>
      Object.values(readJson(name).results) as { translation: [number, number, number]; detection_score: number }[][],
  )
  for (const [set, boxes] of seen!.entries()) {
    for (const { translation, detection_score: score } of boxes) {
      const nearest = Math.min(
        ...tracked![set]!.map((box) =>
          Math.hypot(box.translation[0] - translation[0], box.translation[1] - translation[1]),
        ),
      )
      expect(nearest).toBeLessThan(3)
      expect(score).toBeGreaterThan(0)
      expect(score).toBeLessThan(1)
    }
  }
})

test('the true boxes of the real frame are its annotations again, by the devkit’s own measures, and are called what they are', async (context) => {
  const dataset = sharedOrSkip(context, 'data/nuscenes-one-frame')
  await outrider('import', 'nuscenes', dataset, '--out', at('real.mcap'))
  const { code, summary } = await exportTo('real.json', at('real.mcap'), '--dataset', dataset)
  expect([code, summary]).toMatchObject([
    0,
    { source: 'ground-truth', samples: 1, notes: [expect.stringContaining('true boxes')] },
  ])
  const { agreement } = devkit(nuscenesPythonOrSkip(context), 'real', dataset)
  expect(agreement!.boxes).toBe(summary.detection.boxes)
  for (const error of Object.values(agreement!.worst)) expect(error).toBeLessThan(1e-6)
  expect(Object.keys(agreement!.ap).length).toBeGreaterThan(5)
  for (const ap of Object.values(agreement!.ap)) expect(ap).toBeCloseTo(1, 9)
})

test('nothing is written over without --force', async () => {
  writeFileSync(at('precious.plans.json'), 'precious')
  expect(await exportTo('precious.json', at('drive.mcap'))).toMatchObject({
    code: 2,
    summary: { error: { code: 'EXPORT_EXISTS' } },
  })
  expect([existsSync(at('precious.json')), readFileSync(at('precious.plans.json'), 'utf8')]).toEqual([
    false,
    'precious',
  ])
  expect((await exportTo('precious.json', at('drive.mcap'), '--force')).code).toBe(0)
  expect(readJson('precious.plans.json').meta.format).toBe('outrider.plans/1')
})

test.each([
  {
    name: 'boxes that the tape has not',
    args: () => [at('drive.mcap'), '--from', 'ground-truth'],
    code: 'EXPORT_NO_BOXES',
  },
  { name: 'a tape without any', args: () => [at('empty.mcap')], code: 'EXPORT_NOTHING' },
  { name: 'a tape that is not there', args: () => [at('nowhere.mcap')], code: 'TAPE_NOT_READ' },
  {
    name: 'a data set that is none',
    args: () => [at('drive.mcap'), '--dataset', folder],
    code: 'IMPORT_DATASET_MISSING',
  },
])('$name is a coded error', async ({ args, code }) => {
  const empty = await openTape(at('empty.mcap'))
  await empty.close()
  expect(await exportTo('none.json', ...args())).toMatchObject({ code: 2, summary: { error: { code } } })
  expect(existsSync(at('none.json'))).toBe(false)
})

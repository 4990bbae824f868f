import { describe, expect, it } from 'vitest'
import { type ModelRequest, ModelState_State } from '#messages'
import { pipelineConfig } from '../config.ts'
import { namedImages } from '../named-images.ts'
import { stateFromText, stateToText } from '../state-text.ts'
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
} from '../testing/drive-events.ts'

const MS = 1_000_000n
const SCENE = JSON.stringify({
  objects: [{ view: 'front', bbox_2d: [134, 84, 174, 108], label: 'car', motion: 'stopped', occlusion: 'none' }],
  traffic_lights: [],
  signs: [],
  lanes: '',
  drivable_space: '',
  road: 'street',
  weather: 'clear',
  light: 'day',
})

/** Frame sets each 500 ms up to `lastMs`, asked about from then on; the slower questions have all the time they want. */
const driveTo = (lastMs: bigint, frames: object) => {
  const config = pipelineConfig.parse({
    ...CONFIG_ALL,
    plan: { frames },
    planners: { ...CONFIG_ALL.planners, planMaxAgeMs: 4000 },
  })
  const run = createTestRun()
  run.step(configMessage(START_NS, config))
  for (let ms = 500n; ms <= lastMs; ms += 500n) closeSet(run, ms)
  run.step(modelState(ModelState_State.READY, START_NS + (lastMs + 2n) * MS))
  return run
}
type Run = ReturnType<typeof driveTo>

const closeSet = (run: Run, atMs: bigint): void => {
  const atNs = START_NS + atMs * MS
  run.step(ego(atNs - 15n * MS, atNs - 2n))
  run.step(frame('front', atNs - 20n * MS, atNs - 1n))
  run.step(frame('back', atNs - 15n * MS, atNs))
}
const asked = (run: Run): ModelRequest[] =>
  run.requests.flatMap((request) => (request.kind === 'ask' ? [request.request] : []))
const tell = (run: Run, text: string, atMs: bigint): void => {
  run.step(answer(asked(run).at(-1)!, text, START_NS + atMs * MS))
}
/** Of each picture its view and the ms of its event, in the order of the question. */
const pictures = (request: ModelRequest): string[][] =>
  request.messages
    .flatMap(({ parts }) => parts.map(({ part }) => part))
    .flatMap((part) => {
      if (part.case === 'text') return []
      const frames = part.case === 'video' ? part.value.frames : part.case === 'image' ? [part.value] : []
      return [
        frames.map(
          (image) => `${image.topic.split('/').at(-1)} ${Math.round(Number(image.eventTimeNs - START_NS) / 1e6)}`,
        ),
      ]
    })

describe('a question about several frame sets', () => {
  it('as images shows the last of them, oldest first', () => {
    expect(pictures(asked(driveTo(2000n, { sets: 3, as: 'images' }))[0]!)).toEqual(
      ['front 1000', 'back 1000', 'front 1500', 'back 1500', 'front 2000', 'back 2000'].map((picture) => [picture]),
    )
  })

  it('as video shows one of each view at the rate of the sets', () => {
    const [plan] = asked(driveTo(2000n, { sets: 3, as: 'video' }))
    expect(pictures(plan!)).toEqual([
      ['front 1000', 'front 1500', 'front 2000'],
      ['back 1000', 'back 1500', 'back 2000'],
    ])
    const rates = plan!.messages[1]!.parts.flatMap(({ part }) => (part.case === 'video' ? [part.value.fps] : []))
    expect(rates).toEqual([2, 2])
  })

  it.each(['images', 'video'])('as %s begins as the plan did, whatever sets have closed meanwhile', (as) => {
    const run = driveTo(2000n, { sets: 3, as })
    closeSet(run, 2500n)
    tell(run, STRAIGHT_ON, 2600n)
    closeSet(run, 3000n)
    tell(run, SCENE, 3100n)
    const [plan, perception, prediction] = asked(run)
    expect([plan, perception, prediction].map((request) => request?.task)).toEqual([
      'driving/plan',
      'driving/perception',
      'driving/prediction',
    ])
    expect(pictures(perception!)).toEqual(pictures(plan!))
    expect(pictures(prediction!)).toEqual(pictures(plan!))
  })

  it('names images that the shell keeps for it, however long the answers before it take', () => {
    const run = driveTo(2000n, { sets: 3, as: 'images' })
    for (let ms = 2500n; ms <= 12_000n; ms += 500n) closeSet(run, ms)
    const named = namedImages(run.state())
    const shown = asked(run)[0]!.messages[1]!.parts.flatMap(({ part }) =>
      part.case === 'image' ? [part.value.eventTimeNs] : [],
    )
    expect(shown).toHaveLength(6)
    expect(shown.every((stamp) => named.has(stamp))).toBe(true)
    // Those of the round, and of the last three sets.
    expect(named.size).toBe(12)
  })

  it('comes out the same from a state that was written down', () => {
    const run = driveTo(1500n, { sets: 3, as: 'video' })
    const again = createTestRun(stateFromText(stateToText(run.state())) as ReturnType<Run['state']>)
    for (const each of [run, again]) {
      each.step(answer(asked(run)[0]!, STRAIGHT_ON, START_NS + 1600n * MS))
      each.step(answer({ ...asked(run)[0]!, requestId: 2n }, SCENE, START_NS + 1700n * MS))
      each.step(answer({ ...asked(run)[0]!, requestId: 3n }, '{"agents":[]}', START_NS + 1800n * MS))
      closeSet(each, 2000n)
    }
    expect(asked(again)).toEqual(asked(run).slice(1))
    expect(pictures(asked(again).at(-1)!)[0]).toEqual(['front 1000', 'front 1500', 'front 2000'])
  })
})

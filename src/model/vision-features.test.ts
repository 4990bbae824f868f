import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Engine } from './engine.ts'
import { featureCache } from './feature-cache.ts'
import { loadModel } from './loaded-model.ts'
import type { Session } from './onnx/session.ts'
import { openOnnxEngine } from './open-onnx-engine.ts'
import { PREFILL_CHUNK } from './prefill.ts'
import { prepareQuestion } from './prepare-question.ts'
import type { Part } from './question.ts'
import { makeNanoBundle, type NanoBundle } from './testing/nano-bundle.ts'
import { image, numbers, PLAN, question, text, video } from './testing/questions.ts'

let nano: NanoBundle
beforeAll(async () => {
  nano = await makeNanoBundle()
})
afterAll(() => nano.remove())

const open = async (featureCacheBytes?: number): Promise<Engine> => {
  const engine = await openOnnxEngine({
    bundle: nano.bundle,
    threads: 1,
    ...(featureCacheBytes === undefined ? {} : { featureCacheBytes }),
  })
  onTestFinished(() => engine.close())
  return engine
}

/** Asks on one cache; tells how often the vision graph ran. */
const countingRuns = async (cacheBytes = 2 ** 24) => {
  const model = await loadModel(nano.bundle, { threads: 1 })
  onTestFinished(() => model.close())
  let runs = 0
  const run: Session['run'] = (feeds) => {
    runs++
    return model.vision.run(feeds)
  }
  const cache = featureCache(cacheBytes)
  return async (...parts: readonly Part[]): Promise<number> => {
    runs = 0
    await prepareQuestion({ ...model, vision: { ...model.vision, run } }, question(parts), cache, 8192)
    return runs
  }
}

test('the second question on the same images does not encode them again, nor the same picture twice', async () => {
  const ask = await countingRuns()
  expect(await ask(image(1), image(2), image(1))).toBe(2)
  expect(await ask(image(2), image(3), text('Predict.'))).toBe(1)
  expect(await ask(video(1))).toBe(1)
})

/** Frame sets of six views: picture 10 * set + view. */
const VIEWS = [0, 1, 2, 3, 4, 5]
const asImages = (...sets: readonly number[]): Part[] =>
  sets.flatMap((set) => VIEWS.map((view) => image(10 * set + view)))
const asVideo = (...sets: readonly number[]): Part[] =>
  VIEWS.map((view) => video(...sets.map((set) => 10 * set + view)))

test.each<[string, (...sets: readonly number[]) => Part[], readonly (readonly [number[], number])[]]>([
  [
    'images',
    asImages,
    [
      [[1, 2, 3], 18],
      [[1, 2, 3], 0],
      [[2, 3, 4], 6],
      [[3, 4, 5], 6],
    ],
  ],
  // Pairs of frames: the newest set makes one with the set before it; the older pairs are those of the set before that.
  [
    'video',
    asVideo,
    [
      [[1, 2, 3, 4], 12],
      [[1, 2, 3, 4], 0],
      [[2, 3, 4, 5], 12],
      [[3, 4, 5, 6], 6],
      [[4, 5, 6, 7], 6],
    ],
  ],
  // An odd last frame makes a pair with itself.
  [
    'video of an odd number',
    asVideo,
    [
      [[1, 2, 3], 12],
      [[2, 3, 4], 12],
      [[3, 4, 5], 12],
    ],
  ],
])('of sets that move on, given as %s, only what is new is encoded', async (_as, partsOf, asked) => {
  const ask = await countingRuns()
  for (const [sets, runs] of asked) expect(await ask(...partsOf(...sets), text('Plan.')), sets.join()).toBe(runs)
})

test('a cache as large as one question’s features keeps what the next has in common with it', async () => {
  // 168x140 pixels are 30 tokens of 192 floats.
  const ask = await countingRuns(18 * 30 * 192 * 4)
  expect(await ask(...asImages(1, 2, 3))).toBe(18)
  expect(await ask(...asImages(2, 3, 4))).toBe(6)
  expect(await ask(...asImages(3, 4, 5))).toBe(6)
})

test.each<[string, (...sets: readonly number[]) => Part[]]>([
  ['images', asImages],
  ['video', asVideo],
])('the answer is the same with features kept and without, given as %s', async (_as, partsOf) => {
  const keeping = await open()
  const forgetting = await open(0)
  for (const sets of [
    [1, 2],
    [1, 2, 3, 4],
    [3, 4, 5, 6],
    [4, 5, 6],
  ]) {
    const wish = question([...partsOf(...sets), text('Plan.')], { sampling: PLAN })
    const answers = [await keeping.answer(wish, () => {}), await forgetting.answer(wish, () => {})]
    expect(numbers(answers[0]!)).toEqual(numbers(answers[1]!))
  }
})

test('the second question on the same frame sets runs neither the tower nor the part of the prompt that both have', async () => {
  const engine = await open()
  const plan = question([...asVideo(1, 2, 3, 4), text(`${'Ego history. '.repeat(60)}Plan.`)])
  const perception = question([...asVideo(1, 2, 3, 4), text(`${'Ego history. '.repeat(60)}Describe.`)])
  const first = await engine.answer(plan, () => {})
  const second = await engine.answer(perception, () => {})
  expect([first.visionRuns, first.reusedTokens]).toEqual([12, 0])
  const alike = first.promptTokenIds.findIndex((id, i) => id !== second.promptTokenIds[i])
  expect(alike).toBeGreaterThan(2 * PREFILL_CHUNK)
  expect([second.visionRuns, second.reusedTokens]).toEqual([0, Math.floor(alike / PREFILL_CHUNK) * PREFILL_CHUNK])
})

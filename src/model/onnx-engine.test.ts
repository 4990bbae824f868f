import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Engine } from './engine.ts'
import { featureCache } from './feature-cache.ts'
import { loadModel } from './loaded-model.ts'
import type { Session } from './onnx/session.ts'
import { openOnnxEngine } from './open-onnx-engine.ts'
import { prepareQuestion } from './prepare-question.ts'
import { type Answer, GREEDY, type ImageBytes, type Message, type Part, type Question } from './question.ts'
import { makeNanoBundle, type NanoBundle } from './testing/nano-bundle.ts'

let nano: NanoBundle
beforeAll(async () => {
  nano = await makeNanoBundle()
})
afterAll(() => nano.remove())

const open = async (threads = 1, contextTokens?: number): Promise<Engine> => {
  const engine = await openOnnxEngine({ bundle: nano.bundle, threads, ...(contextTokens ? { contextTokens } : {}) })
  onTestFinished(() => engine.close())
  return engine
}

/** A picture of its own for each number. */
const picture = (number: number, width = 168, height = 140): ImageBytes => ({
  kind: 'raw',
  width,
  height,
  step: width * 3,
  encoding: 'rgb8',
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * (number + 3) + (i >> 8)) % 251),
})

const image = (number: number): Part => ({ type: 'image', image: picture(number) })
const text = (words: string): Part => ({ type: 'text', text: words })

const question = (parts: readonly Part[], more: Partial<Question> = {}): Question => ({
  messages: [{ role: 'user', content: parts }],
  maxNewTokens: 12,
  sampling: GREEDY,
  ignoreEos: true,
  ...more,
})

const PLAN = { temperature: 1, topK: 20, topP: 0.9, seed: 3n }

const numbers = ({ tokenIds, promptTokenIds, text: words, finish }: Answer) => ({
  tokenIds,
  promptTokenIds,
  words,
  finish,
})

// Longer than a prefill chunk, so that a second question takes over a part of the first.
const LONG = [...Array.from({ length: 12 }, (_, i) => image(i)), text('Where does the road go? '.repeat(12))]

test('an answer does not depend on the questions before it, whatever they share with it', async () => {
  const asked: readonly (readonly Part[])[] = [
    [...LONG, text('Plan.')],
    [...LONG, text('Predict.')],
    [...LONG.slice(0, 8), image(40), ...LONG.slice(9), text('Predict.')],
    [text('Nothing shared.')],
    [...LONG, text('Predict.')],
  ]
  const engine = await open()
  for (const parts of asked) {
    const fresh = await open()
    const wish = question(parts, { sampling: PLAN })
    const expected = await fresh.answer(wish, () => {})
    expect(numbers(await engine.answer(wish, () => {}))).toEqual(numbers(expected))
  }
})

test('the second question on the same images does not encode them again, nor the same picture twice', async () => {
  const model = await loadModel(nano.bundle, { threads: 1 })
  onTestFinished(() => model.close())
  let encoded = 0
  const run: Session['run'] = (feeds) => {
    encoded++
    return model.vision.run(feeds)
  }
  const cache = featureCache(2 ** 24)
  const ask = async (...parts: readonly Part[]): Promise<number> => {
    encoded = 0
    await prepareQuestion({ ...model, vision: { ...model.vision, run } }, question(parts), cache, 4096)
    return encoded
  }
  expect(await ask(image(1), image(2), image(1))).toBe(2)
  expect(await ask(image(2), image(3), text('Predict.'))).toBe(1)
  expect(await ask({ type: 'video', frames: [picture(1)], fps: 2 })).toBe(1)
})

test('the answer does not depend on the number of threads', async () => {
  const wish = question([...LONG, text('Plan.')], { sampling: PLAN })
  const one = await (await open(1)).answer(wish, () => {})
  const three = await (await open(3)).answer(wish, () => {})
  expect(numbers(three)).toEqual(numbers(one))
})

test('a seed names an answer', async () => {
  const engine = await open()
  const wish = (seed: bigint): Question => question([text('Say.')], { sampling: { ...PLAN, topK: 0, seed } })
  const first = await engine.answer(wish(1n), () => {})
  const again = await engine.answer(wish(1n), () => {})
  const other = await engine.answer(wish(2n), () => {})
  expect(again.tokenIds).toEqual(first.tokenIds)
  expect(other.tokenIds).not.toEqual(first.tokenIds)
})

test('the pieces of an answer put together are the answer', async () => {
  const engine = await open()
  const parts: { text: string; tokenIds: readonly number[] }[] = []
  const answer = await engine.answer(question([image(1), text('Say.')], { maxNewTokens: 60 }), (part) =>
    parts.push(part),
  )
  expect(parts.map((part) => part.text).join('')).toBe(answer.text)
  expect(parts.flatMap((part) => part.tokenIds)).toEqual(answer.tokenIds)
})

test('fewer pixels give a shorter prompt, and never more than the bundle allows', async () => {
  const engine = await open()
  const length = async (maxPixels?: number): Promise<number> => {
    const wish = question([image(1)], maxPixels ? { maxPixels } : {})
    return (await engine.answer(wish, () => {})).promptTokenIds.length
  }
  const free = await length()
  expect(await length(28 * 28 * 9)).toBeLessThanOrEqual(free - (30 - 9))
  expect(await length(1e9)).toBe(free)
})

const refused: readonly (readonly [string, Partial<Question> & { readonly messages?: readonly Message[] }, string])[] =
  [
    ['an answer that does not fit the context', { maxNewTokens: 190 }, 'MODEL_CONTEXT_EXCEEDED'],
    [
      'a placeholder in a text',
      { messages: [{ role: 'user', content: 'a <|image_pad|> of mine' }] },
      'MODEL_PLACEHOLDERS',
    ],
    [
      'a video without frames',
      { messages: [{ role: 'user', content: [{ type: 'video', frames: [], fps: 2 }] }] },
      'MODEL_VIDEO_FRAMES',
    ],
    [
      'frames of two sizes',
      { messages: [{ role: 'user', content: [{ type: 'video', frames: [picture(1), picture(1, 84, 84)], fps: 2 }] }] },
      'MODEL_VIDEO_FRAMES',
    ],
    [
      'a frame rate of 0',
      { messages: [{ role: 'user', content: [{ type: 'video', frames: [picture(1)], fps: 0 }] }] },
      'MODEL_VIDEO_FPS',
    ],
    [
      'an image of 1 x 300',
      { messages: [{ role: 'user', content: [{ type: 'image', image: picture(1, 1, 300) }] }] },
      'IMAGE_ASPECT_RATIO',
    ],
    ['a schema nobody can compile', { answerSchema: { type: 'wish' } }, 'MODEL_SCHEMA_UNSUPPORTED'],
  ]

test.each(refused)('%s is refused with a code, and the next question is answered', async (_name, wish, code) => {
  const engine = await open(1, 200)
  await expect(engine.answer(question([text('Hm.')], wish), () => {})).rejects.toMatchObject({ code })
  expect((await engine.answer(question([text('Hm.')]), () => {})).tokenIds).toHaveLength(12)
})

test('an abort before the first token cuts the answer', async () => {
  const engine = await open()
  const answer = await engine.answer(question(LONG), () => {}, AbortSignal.abort())
  expect(answer).toMatchObject({ finish: 'cut', tokenIds: [] })
})

import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { Engine } from './engine.ts'
import { openOnnxEngine } from './open-onnx-engine.ts'
import type { Message, Part, Question } from './question.ts'
import { makeNanoBundle, type NanoBundle } from './testing/nano-bundle.ts'
import { image, numbers, PLAN, picture, question, text, video } from './testing/questions.ts'

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
      'later frames of another size',
      {
        messages: [
          {
            role: 'user',
            content: [
              { type: 'video', frames: [picture(1), picture(2), picture(1, 84, 84), picture(2, 84, 84)], fps: 2 },
            ],
          },
        ],
      },
      'MODEL_VIDEO_FRAMES',
    ],
    [
      'an image that is resized otherwise than its boxes are read',
      { messages: [{ role: 'user', content: [image(1)] }], imageSizes: [{ width: 168, height: 168 }] },
      'QUESTION_IMAGE_SIZES',
    ],
    [
      'a video that is',
      {
        messages: [{ role: 'user', content: [image(1), video(1, 2)] }],
        imageSizes: [undefined, { width: 140, height: 168 }],
      },
      'QUESTION_IMAGE_SIZES',
    ],
    [
      'a size too few',
      { messages: [{ role: 'user', content: [image(1), image(2)] }], imageSizes: [{ width: 168, height: 140 }] },
      'QUESTION_IMAGE_SIZES',
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

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Bundle, readBundle } from '#compiler'
import { checkPromptBudget, promptBudget } from './prompt-budget.ts'
import { makeNanoBundle, type NanoBundle } from './testing/nano-bundle.ts'

let nano: NanoBundle
let bundle: Bundle
beforeAll(async () => {
  nano = await makeNanoBundle()
  // The limits and caches of MiMo-Embodied-7B.
  const read = await readBundle(nano.bundle)
  bundle = {
    ...read,
    text: { ...read.text, layers: 36, kvHeads: 8, headDim: 128, maxPositions: 32768 },
    image: { ...read.image, minPixels: 4 * 784, maxPixels: 4096 * 784, patchSize: 14, mergeSize: 2 },
    video: { ...read.video, minPixels: 128 * 784, maxPixels: 768 * 784, patchSize: 14, mergeSize: 2 },
  }
})
afterAll(() => nano.remove())

const six = Array.from({ length: 6 }, () => ({ width: 1600, height: 900 }))

test('six views of 1600x900 cost what the reference says at each limit', () => {
  const tokens = (maxPixels?: number): number[] => {
    const input = { bundle, images: six, textTokens: 0, maxNewTokens: 1, ...(maxPixels ? { maxPixels } : {}) }
    return promptBudget(input).images.map((image) => image.tokens)
  }
  expect(tokens()).toEqual(Array(6).fill(1824))
  expect(tokens(128 * 784)).toEqual(Array(6).fill(120))
  // A limit of exactly 644x364 gives 644x336: both sides are cut down to multiples of 28.
  expect(tokens(644 * 364)).toEqual(Array(6).fill(276))
  expect(tokens(301 * 784)).toEqual(Array(6).fill(299))
})

test.each([
  [1, 299],
  [2, 299],
  [3, 598],
  [8, 1196],
])('a video of %d frames costs %d tokens: two frames are one', (videoFrames, tokens) => {
  const budget = promptBudget({
    bundle,
    images: six,
    videoFrames,
    maxPixels: 301 * 784,
    textTokens: 0,
    maxNewTokens: 1,
  })
  expect(budget.images.map((video) => video.tokens)).toEqual(Array(6).fill(tokens))
  expect(budget.images[0]?.resized).toEqual({ width: 644, height: 364 })
  expect(budget.featureBytes).toBe(6 * tokens * bundle.text.hiddenSize * 4)
})

test('video is resized by its own limits', () => {
  const resized = (videoFrames?: number) =>
    promptBudget({ bundle, images: six, textTokens: 0, maxNewTokens: 1, ...(videoFrames ? { videoFrames } : {}) })
      .images[0]?.resized
  expect(resized()).toEqual({ width: 1596, height: 896 })
  expect(resized(1)).toEqual({ width: 1008, height: 560 })
})

test('caches are counted for every layer, head, key and value', () => {
  const budget = promptBudget({ bundle, images: six, maxPixels: 301 * 784, textTokens: 500, maxNewTokens: 300 })
  expect(budget.promptTokens).toBe(6 * 299 + 500)
  expect(budget.totalTokens).toBe(6 * 299 + 800)
  expect(budget.images[0]).toEqual({
    resized: { width: 644, height: 364 },
    tokens: 299,
    keyValueBytes: 299 * 36 * 8 * 128 * 2 * 4,
  })
  expect(budget.keyValueBytes).toBe(budget.totalTokens * 36 * 8 * 128 * 2 * 4)
})

test('a budget that fits exactly passes, one token more does not and says the numbers', () => {
  const budget = (contextTokens: number) =>
    promptBudget({ bundle, images: six, textTokens: 100, maxNewTokens: 56, contextTokens, maxPixels: 128 * 784 })
  checkPromptBudget(budget(876))
  expect(() => checkPromptBudget(budget(875))).toThrow(
    /MODEL_CONTEXT_EXCEEDED.*875 tokens.*820 of the prompt.*120 \(420x224\).*56/,
  )
})

test('a caller cannot raise the context above the bundle', () => {
  expect(promptBudget({ bundle, images: [], textTokens: 1, maxNewTokens: 1, contextTokens: 1e9 }).contextTokens).toBe(
    32768,
  )
})

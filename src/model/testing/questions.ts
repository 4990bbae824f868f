import { type Answer, GREEDY, type ImageBytes, type Part, type Question } from '../question.ts'

/** A picture of its own for each number. */
export const picture = (number: number, width = 168, height = 140): ImageBytes => ({
  kind: 'raw',
  width,
  height,
  step: width * 3,
  encoding: 'rgb8',
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) => (i * (number + 3) + (i >> 8)) % 251),
})

export const image = (number: number): Part => ({ type: 'image', image: picture(number) })
export const video = (...numbers: readonly number[]): Part => ({
  type: 'video',
  frames: numbers.map((number) => picture(number)),
  fps: 2,
})
export const text = (words: string): Part => ({ type: 'text', text: words })

export const question = (parts: readonly Part[], more: Partial<Question> = {}): Question => ({
  messages: [{ role: 'user', content: parts }],
  maxNewTokens: 12,
  sampling: GREEDY,
  ignoreEos: true,
  ...more,
})

export const PLAN = { temperature: 1, topK: 20, topP: 0.9, seed: 3n }

export const numbers = ({ tokenIds, promptTokenIds, text: words, finish }: Answer) => ({
  tokenIds,
  promptTokenIds,
  words,
  finish,
})

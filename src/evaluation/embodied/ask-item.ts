import { GREEDY, type ImageBytes, longestAnswerBytes, type Message, type Part, type Question } from '#model/question'
import type { EmbodiedItem } from './read-items.ts'

/** What a model is shown: the image, nothing but grey, or the image of another room. */
export const SHOWN = ['image', 'blank', 'swapped'] as const
export type Shown = (typeof SHOWN)[number]

/** Enough for the longest answer without a grammar: a list of steps; tokens. */
const FREE_TOKENS = 512

/** Middle grey, as a camera sends that is dead. */
const GREY = 128

const imageOf = (item: EmbodiedItem, shown: Shown, other: EmbodiedItem): ImageBytes => {
  if (shown !== 'blank') return { kind: 'encoded', data: (shown === 'swapped' ? other : item).image }
  const { width, height } = item
  return {
    kind: 'raw',
    width,
    height,
    step: width * 3,
    encoding: 'rgb8',
    data: new Uint8Array(width * height * 3).fill(GREY),
  }
}

export interface AskOptions {
  readonly shown: Shown
  /** Whether the answer is decoded under its schema. */
  readonly constrained: boolean
  /** Whose image is shown when they are swapped. */
  readonly other: EmbodiedItem
}

/** The record's own messages as a question: what was trained is what is asked. */
export const questionOf = (item: EmbodiedItem, { shown, constrained, other }: AskOptions): Question => {
  const image = imageOf(item, shown, other)
  const messages = item.messages
    .filter(({ role }) => role !== 'assistant')
    .map(
      ({ role, content }): Message => ({
        role,
        content: content.map((part): Part => (part.type === 'text' ? part : { type: 'image', image })),
      }),
    )
  const answerSchema = constrained ? item.truth.schema : undefined
  return {
    messages,
    maxNewTokens: (answerSchema && longestAnswerBytes(answerSchema)) ?? FREE_TOKENS,
    sampling: GREEDY,
    maxPixels: item.max_pixels,
    ...(answerSchema && { answerSchema }),
    // The answer speaks of these pixels.
    ...(shown === 'image' && { imageSizes: [{ width: item.width, height: item.height }] }),
  }
}

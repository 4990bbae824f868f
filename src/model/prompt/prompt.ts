import type { Bundle } from '#compiler'
import { OutriderError } from '#errors'
import { tokenCount } from '../preprocess/patchify.ts'
import type { VisionPart } from '../preprocess/vision-unit.ts'
import type { Message } from '../question.ts'
import type { ChatTemplate } from './chat-template.ts'
import { type Positions, ropePositions, type VisionSpan } from './mrope.ts'
import type { Tokenizer } from './tokenizer.ts'

export interface Prompt {
  readonly tokenIds: readonly number[]
  /** Index of the first token of each image or video. */
  readonly spanStarts: readonly number[]
  readonly spanLengths: readonly number[]
  readonly positions: Positions
}

export const visionParts = (messages: readonly Message[]): VisionPart[] =>
  messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content)).filter((part) => part.type !== 'text')

/**
 * Token ids and positions of the messages. `spans` are the images and videos in the order of the messages. Throws
 * MODEL_PLACEHOLDERS when the text of a message holds image or video placeholders of its own.
 */
export const buildPrompt = (
  messages: readonly Message[],
  spans: readonly VisionSpan[],
  template: ChatTemplate,
  tokenizer: Tokenizer,
  { tokens, vision }: Pick<Bundle, 'tokens' | 'vision'>,
): Prompt => {
  const kinds = visionParts(messages).map(({ type }) => (type === 'image' ? tokens.imageTokenId : tokens.videoTokenId))
  const tokenIds: number[] = []
  const spanStarts: number[] = []
  const spanLengths: number[] = []
  for (const id of tokenizer.encode(template(messages))) {
    if (id !== tokens.imageTokenId && id !== tokens.videoTokenId) {
      tokenIds.push(id)
      continue
    }
    const span = spans[spanStarts.length]
    if (!span || kinds[spanStarts.length] !== id) throw placeholders(kinds.length)
    spanStarts.push(tokenIds.length)
    const length = tokenCount(span.grid, vision.spatialMergeSize)
    spanLengths.push(length)
    for (let i = 0; i < length; i++) tokenIds.push(id)
  }
  if (spanStarts.length !== spans.length) throw placeholders(kinds.length)
  const positions = ropePositions(tokenIds.length, spanStarts, spans, vision)
  return { tokenIds, spanStarts, spanLengths, positions }
}

const placeholders = (parts: number): OutriderError =>
  new OutriderError({
    code: 'MODEL_PLACEHOLDERS',
    expected: `one placeholder for each of the ${parts} images and videos of the messages, in their order`,
    found: 'another number or order: a text holds an image or video placeholder, or the chat template drops a part',
  })

import type { ModelRequest, ModelRequest_Part } from '#messages'
import type { Message, Part, Question } from '#model/question'
import type { ImageStore } from './image-store.ts'
import { viewOfTopic } from './view-of-topic.ts'

/** A request of step with its images' bytes filled in: what an engine takes. */
export const questionFrom = (request: ModelRequest, images: ImageStore): Question => ({
  messages: request.messages.map(
    (message): Message => ({
      role: message.role as Message['role'],
      content: message.parts.map((part) => partFrom(part, images)),
    }),
  ),
  ...(request.answerSchemaJson === '' ? {} : { answerSchema: JSON.parse(request.answerSchemaJson) }),
  maxNewTokens: request.maxNewTokens,
  sampling: {
    temperature: request.sampling?.temperature ?? 0,
    topK: request.sampling?.topK ?? 0,
    topP: request.sampling?.topP ?? 1,
    seed: request.sampling?.seed ?? 0n,
    medianNumbers: request.sampling?.medianNumbers ?? false,
  },
  ...(request.imageSizes.length === 0 ? {} : { imageSizes: imageSizesOf(request) }),
  ...(request.maxPixelsPerView === 0 ? {} : { maxPixels: request.maxPixelsPerView }),
})

/**
 * Of each image and video of the messages, what the request says that it is resized to: by its view; where images have none,
 * by its place. Undefined for a view that the answer does not speak of.
 */
const imageSizesOf = ({ messages, imageSizes }: ModelRequest): NonNullable<Question['imageSizes']> =>
  messages
    .flatMap(({ parts }) => parts.map(({ part }) => part))
    .filter(({ case: kind }) => kind === 'image' || kind === 'video')
    .map((part, place) => {
      const image = part.case === 'video' ? part.value.frames[0] : part.case === 'image' ? part.value : undefined
      const view = image && viewOfTopic(image.topic)
      const sizes = imageSizes.find((each, at) => (each.view === '' ? at === place : each.view === view))
      return sizes && { width: sizes.resizedWidth, height: sizes.resizedHeight }
    })

const partFrom = ({ part }: ModelRequest_Part, images: ImageStore): Part => {
  switch (part.case) {
    case 'text':
      return { type: 'text', text: part.value }
    case 'image':
      return { type: 'image', image: images.get(part.value) }
    case 'video':
      return { type: 'video', frames: part.value.frames.map((frame) => images.get(frame)), fps: part.value.fps }
    default:
      throw new Error('a part of a model request is neither text, image nor video')
  }
}

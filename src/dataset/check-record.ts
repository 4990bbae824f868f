import { OutriderError } from '#errors'
import type { ImageSizes } from '#messages'
import type { TrainingRecord } from './training-record.ts'

export interface RecordLimits {
  /** Of every view, as the model sees it. */
  readonly imageSizes: readonly ImageSizes[]
  /** Of a record's text; undefined where no tokenizer is known. */
  readonly textTokens?: ((record: TrainingRecord) => number) | undefined
  /** Of images and text together. */
  readonly maxTokens: number
}

/** Both sides of an image that the model sees are multiples of a patch of 14 px, merged two by two; px. */
const TOKEN_SIDE_PX = 28

/** Of the record's images, after the resize. */
const imageTokens = ({ views }: TrainingRecord, imageSizes: readonly ImageSizes[]): number =>
  views.reduce((sum, view) => {
    const sizes = imageSizes.find((candidate) => candidate.view === view)
    return sum + ((sizes?.resizedWidth ?? 0) / TOKEN_SIDE_PX) * ((sizes?.resizedHeight ?? 0) / TOKEN_SIDE_PX)
  }, 0)

const answerOf = ({ messages }: TrainingRecord): string =>
  (messages.at(-1)?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('')

interface SaidBox {
  readonly view: string
  readonly bbox_2d: readonly number[]
}

/** Every box of an answer's lists. */
const boxesIn = (answer: string): readonly SaidBox[] => {
  const lists = Object.values(JSON.parse(answer.slice(answer.indexOf('{'))))
  return lists
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .filter((item): item is SaidBox => Array.isArray(item?.bbox_2d))
}

/**
 * What has to hold of every record before the first step of a training, where most runs fail. Returns its tokens, undefined
 * without a tokenizer. Throws OutriderError DATASET_PLACEHOLDERS, DATASET_BOX_OUTSIDE or DATASET_TOO_LONG.
 */
export const checkRecord = (record: TrainingRecord, limits: RecordLimits): number | undefined => {
  const { id, messages, images, views } = record
  const places = messages.flatMap(({ content }) => content).filter(({ type }) => type === 'image').length
  if (places !== images.length || places !== views.length) {
    throw new OutriderError({
      code: 'DATASET_PLACEHOLDERS',
      expected: `an image part, an image and a view for each other in ${id}`,
      found: `${places} parts, ${images.length} images and ${views.length} views`,
    })
  }
  for (const { view, bbox_2d } of [...boxesIn(answerOf(record)), ...(record.truth.boxes ?? [])]) {
    const sizes = limits.imageSizes.find((candidate) => candidate.view === view)
    const [minX = -1, minY = -1, maxX = -1, maxY = -1] = bbox_2d
    const { resizedWidth = 0, resizedHeight = 0 } = sizes ?? {}
    if (minX >= 0 && minY >= 0 && minX < maxX && minY < maxY && maxX <= resizedWidth && maxY <= resizedHeight) continue
    throw new OutriderError({
      code: 'DATASET_BOX_OUTSIDE',
      expected: `a box with an area inside the resized image of ${view}, ${resizedWidth}x${resizedHeight}, in ${id}`,
      found: JSON.stringify(bbox_2d),
    })
  }
  if (!limits.textTokens) return undefined
  const tokens = limits.textTokens(record) - places + imageTokens(record, limits.imageSizes)
  if (tokens <= limits.maxTokens) return tokens
  throw new OutriderError({
    code: 'DATASET_TOO_LONG',
    expected: `at most ${limits.maxTokens} tokens in ${id}`,
    found: `${tokens}, ${imageTokens(record, limits.imageSizes)} of them of images`,
    next: 'raise --max-tokens and max_tokens of the recipes, or lower plan.maxPixelsPerView',
  })
}

import { z } from 'zod'
import type { FaultReport, ImageBox, ImagePoint, ImageSizes } from '#messages'
import { answerLost } from '../answer-fault.ts'
import { asWord } from '../answer-word.ts'
import { readBox, readPoint } from '../image-space.ts'

/** More points than this on one thing are noise. */
const POINTS = 16

const pixel = z.number()

/** Something that a model says is in an image: a box, or points on it. */
export const located = z
  .object({
    view: z.string().optional(),
    bbox_2d: z.tuple([pixel, pixel, pixel, pixel]).optional(),
    points: z
      .array(z.tuple([pixel, pixel]))
      .max(POINTS)
      .optional(),
  })
  .refine(({ bbox_2d, points }) => bbox_2d !== undefined || (points?.length ?? 0) > 0, 'neither bbox_2d nor points')

export type Located = z.infer<typeof located>

/** The image an item is about: the one it names, or the only one there is. */
const imageOf = (images: readonly ImageSizes[], view: string | undefined): ImageSizes | undefined => {
  if (view === undefined) return images.length === 1 ? images[0] : undefined
  return images.find((image) => image.view === asWord(view).replace(/_view$/, ''))
}

/** Where something is; neither box nor points when all of it was lost, which the faults say. */
export interface Place {
  readonly box?: ImageBox
  readonly points: readonly ImagePoint[]
  readonly faults: readonly FaultReport[]
}

/** Takes an item to its image, by the rules of `readBox` and `readPoint`; an item of an unknown view is lost. */
export const placeOf = (task: string, images: readonly ImageSizes[], { view, bbox_2d, points }: Located): Place => {
  const image = imageOf(images, view)
  if (!image) {
    const expected = `one of the views ${images.map((known) => known.view).join(', ')}`
    const found = view === undefined ? 'none' : JSON.stringify(view.slice(0, 40))
    return { points: [], faults: [answerLost(task, 'view-unknown', expected, found)] }
  }
  if (bbox_2d) return { points: [], ...readBox(task, image, bbox_2d) }
  const read = (points ?? []).map((point) => readPoint(task, image, point))
  return {
    points: read.flatMap(({ point }) => (point ? [point] : [])),
    faults: read.flatMap(({ faults }) => faults),
  }
}

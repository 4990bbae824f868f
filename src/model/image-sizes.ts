import type { Bundle } from '#compiler'
import { OutriderError } from '#errors'
import type { Question } from './question.ts'
import type { LookedUp } from './vision-features.ts'

/**
 * Throws QUESTION_IMAGE_SIZES when an image or video is not resized to what the question says: every coordinate of the
 * answer would be read wrongly.
 */
export const checkImageSizes = (
  expected: Question['imageSizes'],
  parts: readonly LookedUp[],
  { patchSize }: Pick<Bundle['vision'], 'patchSize'>,
): void => {
  if (!expected) return
  if (expected.length !== parts.length) {
    throw wrong(`sizes of ${parts.length} images and videos, as many as the question has`, `${expected.length}`)
  }
  for (const [i, { grid }] of parts.entries()) {
    const size = expected[i]
    const [width, height] = [grid.w * patchSize, grid.h * patchSize]
    if (!size || (size.width === width && size.height === height)) continue
    throw wrong(
      `image ${i + 1} of the question resized to ${size.width}x${size.height} pixels, as the question says`,
      `${width}x${height}, as the bundle resizes it`,
    )
  }
}

const wrong = (expected: string, found: string): OutriderError =>
  new OutriderError({
    code: 'QUESTION_IMAGE_SIZES',
    expected,
    found,
    next: 'answer with the bundle that the sizes of the configuration were made with, or make them anew with this one',
  })

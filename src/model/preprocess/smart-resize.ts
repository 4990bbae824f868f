// transformers 5.23, models/qwen2_vl/image_processing_qwen2_vl.py: smart_resize.
import type { PixelSettings } from '#compiler'
import { OutriderError } from '#errors'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface ResizeLimits {
  readonly minPixels: number
  readonly maxPixels: number
  /** Both sides become multiples of this: patch size times merge size. */
  readonly factor: number
}

/** The processor's own limit of width to height. */
const MAX_ASPECT = 200

/**
 * Size of the image that the model sees. Throws IMAGE_ASPECT_RATIO when one side is more than 200 times the other.
 */
export const smartResize = ({ width, height }: Size, { minPixels, maxPixels, factor }: ResizeLimits): Size => {
  const aspect = Math.max(width, height) / Math.min(width, height)
  if (!(aspect <= MAX_ASPECT)) {
    throw new OutriderError({
      code: 'IMAGE_ASPECT_RATIO',
      expected: `a side at most ${MAX_ASPECT} times the other`,
      found: `${width}x${height}`,
    })
  }
  // Half of 28 rounds down to 0; transformers then goes on to scale the image up to `minPixels`.
  let h = roundHalfEven(height / factor) * factor
  let w = roundHalfEven(width / factor) * factor
  if (h * w > maxPixels) {
    const beta = Math.sqrt((height * width) / maxPixels)
    h = Math.max(factor, Math.floor(height / beta / factor) * factor)
    w = Math.max(factor, Math.floor(width / beta / factor) * factor)
  } else if (h * w < minPixels) {
    const beta = Math.sqrt(minPixels / (height * width))
    h = Math.ceil((height * beta) / factor) * factor
    w = Math.ceil((width * beta) / factor) * factor
  }
  return { width: w, height: h }
}

/** Limits of the resize: the caller's, never above the bundle's. */
export const resizeLimits = (
  settings: Pick<PixelSettings, 'minPixels' | 'maxPixels' | 'patchSize' | 'mergeSize'>,
  maxPixels: number | undefined,
): ResizeLimits => {
  const most = Math.min(maxPixels ?? Number.POSITIVE_INFINITY, settings.maxPixels)
  return {
    minPixels: Math.min(settings.minPixels, most),
    maxPixels: most,
    factor: settings.patchSize * settings.mergeSize,
  }
}

/** Python's `round`. */
const roundHalfEven = (value: number): number => {
  const floor = Math.floor(value)
  if (value - floor !== 0.5) return Math.round(value)
  return floor % 2 === 0 ? floor : floor + 1
}

import type { Bundle, PixelSettings } from '#compiler'
import { OutriderError } from '#errors'
import { decodeImage, type RgbImage } from '#image'
import { layOutVision, type VisionLayout } from '../prompt/window-order.ts'
import { type Grid, gridOf, normaliseTable, patchify } from './patchify.ts'
import { type Filter, resample } from './resample.ts'
import { resizeLimits, type Size, smartResize } from './smart-resize.ts'
import type { VisionUnit } from './vision-unit.ts'

/** An image or a temporal patch of a video, ready for the vision graph. */
export interface VisionInput {
  readonly grid: Grid
  readonly layout: VisionLayout
  /** (N, 3 * Tp * P * P) in window order. */
  readonly pixelValues: Float32Array
}

const settingsOf = ({ type }: VisionUnit, bundle: Bundle): PixelSettings =>
  type === 'image' ? bundle.image : bundle.video

/**
 * Decodes, resizes, normalises and cuts into patches. Throws IMAGE_UNREADABLE, IMAGE_ASPECT_RATIO,
 * MODEL_VIDEO_FRAMES, MODEL_RESAMPLE_UNSUPPORTED.
 */
export const visionInput = async (unit: VisionUnit, bundle: Bundle, maxPixels?: number): Promise<VisionInput> => {
  const settings = settingsOf(unit, bundle)
  const filter = filterOf(settings)
  const decoded = await Promise.all(unit.frames.map(decodeImage))
  const size = commonSize(decoded)
  const target = settings.doResize ? smartResize(size, resizeLimits(settings, maxPixels)) : wholePatches(size, settings)
  const frames = decoded.map((frame) => resample(frame, target, filter))
  const grid = gridOf(target, frames.length, settings)
  const layout = layOutVision(grid, bundle.vision)
  const pixelValues = patchify(frames, grid, settings, normaliseTable(settings), layout.rowOfPatch)
  return { grid, layout, pixelValues }
}

const filterOf = ({ resample }: PixelSettings): Filter => {
  if (resample === 'bicubic' || resample === 'bilinear') return resample
  throw new OutriderError({
    code: 'MODEL_RESAMPLE_UNSUPPORTED',
    expected: 'a processor that resizes bicubic or bilinear',
    found: resample,
  })
}

const commonSize = (frames: readonly RgbImage[]): Size => {
  const [first] = frames
  const other = frames.find((frame) => frame.width !== first?.width || frame.height !== first.height)
  if (first && !other) return first
  throw new OutriderError({
    code: 'MODEL_VIDEO_FRAMES',
    expected: 'a video of frames of one size',
    found: `${first?.width}x${first?.height} and ${other?.width}x${other?.height}`,
  })
}

const wholePatches = (size: Size, { patchSize, mergeSize }: PixelSettings): Size => {
  const factor = patchSize * mergeSize
  if (size.width % factor === 0 && size.height % factor === 0) return size
  throw new OutriderError({
    code: 'IMAGE_SIZE',
    expected: `sides that are multiples of ${factor}, because the processor does not resize`,
    found: `${size.width}x${size.height}`,
  })
}

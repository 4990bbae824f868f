import { z } from 'zod'
import { OutriderError } from '#errors'
import type { Bundle, PixelSettings } from './bundle.ts'
import { readJson } from './read-json.ts'

export const PROCESSOR = 'processor_config.json'
export const PREPROCESSOR = 'preprocessor_config.json'
export const VIDEO_PREPROCESSOR = 'video_preprocessor_config.json'

/** PIL's numbers, which the files hold. */
const RESAMPLE = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'] as const

// OpenAI CLIP's statistics and Qwen2VLImageProcessor's settings: transformers takes them for absent keys.
const CLIP_MEAN = [0.48145466, 0.4578275, 0.40821073]
const CLIP_STD = [0.26862954, 0.26130258, 0.27577711]
const IMAGE_PIXELS = { min: 56 * 56, max: 28 * 28 * 1280 }
const VIDEO_PIXELS = { min: 128 * 28 * 28, max: 768 * 28 * 28 }

const positive = z.int().positive()
const edges = z.object({
  shortest_edge: positive.nullish(),
  longest_edge: positive.nullish(),
  min_pixels: positive.nullish(),
  max_pixels: positive.nullish(),
})
const pixelSchema = z.object({
  min_pixels: positive.nullish(),
  max_pixels: positive.nullish(),
  size: edges.nullish(),
  image_mean: z.array(z.number()).length(3).nullish(),
  image_std: z.array(z.number().positive()).length(3).nullish(),
  rescale_factor: z.number().positive().nullish(),
  resample: z.int().min(0).max(5).nullish(),
  do_resize: z.boolean().nullish(),
  do_rescale: z.boolean().nullish(),
  do_normalize: z.boolean().nullish(),
  patch_size: positive.nullish(),
  temporal_patch_size: positive.nullish(),
  merge_size: positive.nullish(),
})

/**
 * Image and video settings from processor_config.json (transformers 5, which wins), or from preprocessor_config.json
 * and video_preprocessor_config.json. Throws PROCESSOR_MISSING, PROCESSOR_INVALID, PROCESSOR_MISMATCH.
 */
export const readProcessorConfig = async (
  folder: string,
  vision: Bundle['vision'],
): Promise<{ readonly image: PixelSettings; readonly video: PixelSettings }> => {
  const nested = z
    .looseObject({ image_processor: z.unknown().optional(), video_processor: z.unknown().optional() })
    .safeParse(await readJson(folder, PROCESSOR)).data
  const legacy = await readJson(folder, PREPROCESSOR)
  const imageRaw = nested?.image_processor ?? legacy
  if (imageRaw === undefined) throw missing(folder, nested !== undefined)
  // Without settings of its own a video is resized as images are, as transformers does for old checkpoints.
  const videoRaw = nested?.video_processor ?? (await readJson(folder, VIDEO_PREPROCESSOR)) ?? legacy ?? {}
  return {
    image: settings(imageRaw, IMAGE_PIXELS, vision, `image settings in ${folder}`),
    video: settings(videoRaw, VIDEO_PIXELS, vision, `video settings in ${folder}`),
  }
}

const missing = (folder: string, hasProcessor: boolean): OutriderError =>
  new OutriderError({
    code: 'PROCESSOR_MISSING',
    expected: `${PREPROCESSOR}, or ${PROCESSOR} with image_processor, in ${folder}`,
    found: hasProcessor ? `${PROCESSOR} without image_processor, and no ${PREPROCESSOR}` : 'neither',
    next: `the first release of MiMo-Embodied-7B came without ${PREPROCESSOR}: download it from a later revision of the same repository, rather than borrow it from another model, whose pixel limits differ`,
  })

const settings = (
  raw: unknown,
  defaults: { readonly min: number; readonly max: number },
  vision: Bundle['vision'],
  place: string,
): PixelSettings => {
  const parsed = pixelSchema.safeParse(raw)
  if (!parsed.success) {
    throw new OutriderError({
      code: 'PROCESSOR_INVALID',
      expected: `the ${place} to be those of Qwen2VLImageProcessor`,
      found: z.prettifyError(parsed.error).replaceAll('\n', ' '),
    })
  }
  const { data } = parsed
  const result: PixelSettings = {
    minPixels: data.min_pixels ?? data.size?.shortest_edge ?? data.size?.min_pixels ?? defaults.min,
    maxPixels: data.max_pixels ?? data.size?.longest_edge ?? data.size?.max_pixels ?? defaults.max,
    mean: data.image_mean ?? CLIP_MEAN,
    std: data.image_std ?? CLIP_STD,
    rescaleFactor: data.rescale_factor ?? 1 / 255,
    resample: RESAMPLE[data.resample ?? 3]!,
    doResize: data.do_resize ?? true,
    doRescale: data.do_rescale ?? true,
    doNormalize: data.do_normalize ?? true,
    patchSize: data.patch_size ?? 14,
    temporalPatchSize: data.temporal_patch_size ?? 2,
    mergeSize: data.merge_size ?? 2,
  }
  const found = `${result.patchSize}, ${result.temporalPatchSize}, ${result.mergeSize}`
  const expected = `${vision.patchSize}, ${vision.temporalPatchSize}, ${vision.spatialMergeSize}`
  if (found === expected) return result
  throw new OutriderError({
    code: 'PROCESSOR_MISMATCH',
    expected: `patch, temporal patch and merge size ${expected}, as config.json says, in the ${place}`,
    found,
    next: 'take the processor files of the same model',
  })
}

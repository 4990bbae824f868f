import { z } from 'zod'

/** Which frames the driving questions show, and how. */
export const framesConfig = z
  .strictObject({
    sets: z
      .int()
      .min(1)
      .max(8)
      .default(1)
      .describe(
        'how many of the last frame sets are shown, the one asked about included: 8 of six views are 48 images',
      ),
    as: z
      .enum(['images', 'video'])
      .default('images')
      .describe(
        "images: all of a set, then all of the next; video: one of each view, as in MiMo-Embodied's OmniDrive task, which costs half the tokens",
      ),
    apartMs: z
      .number()
      .nonnegative()
      .max(10_000)
      .default(400)
      .describe(
        'between two sets shown, at least: MiMo-Embodied saw video at 1 to 2 Hz, and a set at 2 Hz may come 100 ms early. Closer ones cost the same and show the same; ms',
      ),
    gapMs: z
      .number()
      .positive()
      .max(60_000)
      .default(2000)
      .describe(
        'a set that comes later than this after the one before follows none: what was before is another scene; ms',
      ),
  })
  .refine(({ apartMs, gapMs }) => apartMs < gapMs, 'gapMs must be longer than apartMs, or no set ever follows another')
  .prefault({})

export type FramesConfig = z.infer<typeof framesConfig>

import { z } from 'zod'
import { samplingConfig } from '../sampling-config.ts'
import { thinkingConfig } from '../thinking.ts'
import { framesConfig } from './frames-config.ts'

/** 644 x 364 is what smart resize makes of 16:9 when it may have 301 squares of 28 x 28; with 299 it gives 644 x 336. */
const PIXELS_OF_644_X_364 = 301 * 28 * 28

/** How the plan is asked for. */
export const planConfig = z.strictObject({
  maxPixelsPerView: z
    .int()
    .min(56 * 56)
    .default(PIXELS_OF_644_X_364)
    .describe('a view is resized to at most this: 644 x 364, 299 visual tokens, for a 16:9 view; pixels'),
  answerTokenBudget: z
    .int()
    .positive()
    .default(512)
    .describe('most tokens of an answer; start-up fails when the longest plan needs more; tokens'),
  frames: framesConfig,
  historyS: z.number().nonnegative().default(3).describe('how much of the ego history is told; s'),
  thinking: thinkingConfig('off'),
  sampling: samplingConfig,
})

export type PlanConfig = z.infer<typeof planConfig>

import { z } from 'zod'
import { samplingConfig } from '../sampling-config.ts'
import { thinkingConfig } from '../thinking.ts'

/** How the plan is asked for. */
export const planConfig = z.strictObject({
  maxPixelsPerView: z
    .int()
    .min(56 * 56)
    .default(644 * 364)
    .describe('a view is resized to at most this: 299 visual tokens of 28 x 28 pixels each for a 16:9 view; pixels'),
  answerTokenBudget: z
    .int()
    .positive()
    .default(512)
    .describe('most tokens of an answer; start-up fails when the longest plan needs more; tokens'),
  historyS: z.number().nonnegative().default(3).describe('how much of the ego history is told; s'),
  thinking: thinkingConfig('off'),
  sampling: samplingConfig,
})

export type PlanConfig = z.infer<typeof planConfig>

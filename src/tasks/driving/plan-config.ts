import { z } from 'zod'

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
  sampling: z
    .strictObject({
      temperature: z.number().min(0).max(2).default(0).describe('0 is greedy'),
      topK: z.int().nonnegative().default(0).describe('keep the k likeliest; 0 is all'),
      topP: z.number().positive().max(1).default(1).describe('keep the likeliest up to this mass'),
      seed: z.int().nonnegative().default(0).describe('of the run; each request adds its number'),
    })
    .prefault({}),
})

export type PlanConfig = z.infer<typeof planConfig>

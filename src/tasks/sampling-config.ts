import { z } from 'zod'

/** How the model's tokens are chosen. */
export const samplingConfig = z
  .strictObject({
    temperature: z.number().min(0).max(2).default(0).describe('0 is greedy'),
    topK: z.int().nonnegative().default(0).describe('keep the k likeliest; 0 is all'),
    topP: z.number().positive().max(1).default(1).describe('keep the likeliest up to this mass'),
    seed: z.int().nonnegative().default(0).describe('of the run; each request adds its number'),
    medianNumbers: z
      .boolean()
      .default(false)
      .describe(
        'greedy takes the median of what the model gives a number, not the likeliest; of numbers that are one token',
      ),
  })
  .prefault({})

export type SamplingConfig = z.infer<typeof samplingConfig>

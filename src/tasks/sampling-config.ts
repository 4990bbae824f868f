import { z } from 'zod'

/** How the model's tokens are chosen. */
export const samplingConfig = z
  .strictObject({
    temperature: z.number().min(0).max(2).default(0).describe('0 is greedy'),
    topK: z.int().nonnegative().default(0).describe('keep the k likeliest; 0 is all'),
    topP: z.number().positive().max(1).default(1).describe('keep the likeliest up to this mass'),
    seed: z.int().nonnegative().default(0).describe('of the run; each request adds its number'),
  })
  .prefault({})

export type SamplingConfig = z.infer<typeof samplingConfig>

import { z } from 'zod'
import { samplingConfig } from '../sampling-config.ts'
import { thinkingConfig } from '../thinking.ts'

/** How a question about images is asked; the defaults are those that MiMo-Embodied was asked with. */
export const embodiedConfig = z.strictObject({
  maxPixelsPerImage: z
    .int()
    .min(56 * 56)
    .default(4096 * 28 * 28)
    .describe("an image is resized to at most this: 4096 visual tokens, MiMo-Embodied's own limit; pixels"),
  answerTokenBudget: z
    .int()
    .positive()
    .default(1536)
    .describe('most tokens of an answer without its thoughts; refused when the longest needs more; tokens'),
  thinking: thinkingConfig('on'),
  sampling: samplingConfig,
})

export type EmbodiedConfig = z.infer<typeof embodiedConfig>

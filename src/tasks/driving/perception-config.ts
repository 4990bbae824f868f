import { z } from 'zod'
import { samplingConfig } from '../sampling-config.ts'
import { thinkingConfig } from '../thinking.ts'

/** How the scene is asked for. Pixels and ego history are the plan's: the questions share one prefill. */
export const perceptionConfig = z.strictObject({
  answerTokenBudget: z
    .int()
    .positive()
    .default(2816)
    .describe('most tokens of an answer without its thoughts; start-up fails when the longest needs more; tokens'),
  thinking: thinkingConfig('off'),
  sampling: samplingConfig,
})

export type PerceptionConfig = z.infer<typeof perceptionConfig>

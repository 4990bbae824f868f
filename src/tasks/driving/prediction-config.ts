import { z } from 'zod'
import { samplingConfig } from '../sampling-config.ts'
import { thinkingConfig } from '../thinking.ts'

/** How the agents' intentions are asked for. Pixels and ego history are the plan's: the questions share one prefill. */
export const predictionConfig = z.strictObject({
  answerTokenBudget: z
    .int()
    .positive()
    .default(1280)
    .describe('most tokens of an answer without its thoughts; start-up fails when the longest needs more; tokens'),
  thinking: thinkingConfig('off'),
  sampling: samplingConfig,
})

export type PredictionConfig = z.infer<typeof predictionConfig>

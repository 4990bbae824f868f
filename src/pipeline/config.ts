import { z } from 'zod'
import { rigSchema } from '#calibration'
import { fusionConfig } from '#fusion'
import { plannersConfig } from '#planners'
import { planConfig } from '#tasks'

/** Everything that step is made from. Defaults stand beside the fields; unknown keys are refused. */
export const pipelineConfig = z.strictObject({
  rig: rigSchema,
  fusion: fusionConfig.prefault({}),
  plan: planConfig.prefault({}),
  planners: plannersConfig.prefault({}),
  pipeline: z
    .strictObject({
      tickHz: z.number().min(1).max(100).default(20).describe('planner ticks; Hz'),
      frameSetMaxAgeMs: z
        .number()
        .positive()
        .default(500)
        .describe(
          'an older frame set is not asked about: half of planMaxAge would be gone before the model has begun; ms',
        ),
      answerTimeoutMs: z
        .number()
        .positive()
        .default(10_000)
        .describe('an answer that takes longer is cut: its plan would be too old by ten times; ms'),
      snapshotPeriodS: z
        .number()
        .min(0.1)
        .default(10)
        .describe('event time between two snapshots of the state, where a replay can start; s'),
    })
    .prefault({}),
})

export type PipelineConfig = z.infer<typeof pipelineConfig>

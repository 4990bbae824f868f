import { z } from 'zod'
import { rigSchema } from '#calibration'
import { fusionConfig } from '#fusion'
import { VIEWS } from '#messages'
import { guardConfig, plannersConfig } from '#planners'
import { sceneConfig } from '#scene'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { QUESTIONS } from './question-name.ts'

/** Everything that step is made from. Defaults stand beside the fields; unknown keys are refused. */
export const pipelineConfig = z.strictObject({
  rig: rigSchema,
  fusion: fusionConfig.prefault({}),
  plan: planConfig.prefault({}),
  perception: perceptionConfig.prefault({}),
  prediction: predictionConfig.prefault({}),
  scene: sceneConfig.prefault({}),
  planners: plannersConfig.prefault({}),
  guard: guardConfig.prefault({}),
  pipeline: z
    .strictObject({
      tickHz: z.number().min(1).max(100).default(20).describe('planner ticks; Hz'),
      questions: z
        .array(z.enum(QUESTIONS))
        .refine((names) => names.includes('plan'), 'the plan is always asked for')
        .refine((names) => !names.includes('prediction') || names.includes('perception'), 'prediction needs perception')
        .default(['plan'])
        .describe(
          'what is asked about a frame set, in this order on one prefix: plan, perception, prediction. The slower two cost time that a slow model has not',
        ),
      resizedImages: z
        .array(z.strictObject({ view: z.enum(VIEWS), width: z.int().positive(), height: z.int().positive() }))
        .default([])
        .describe(
          'what the model makes of each view, filled in from the bundle: boxes are given in these pixels; pixels',
        ),
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

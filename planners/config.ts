import { z } from 'zod'
import { limitsSchema } from './limits.ts'

const stopSchema = (decelerationMps2: number, jerkMps3: number, source: string) =>
  z
    .strictObject({
      decelerationMps2: z.number().positive().max(9).default(decelerationMps2).describe(`${source}; m/s^2`),
      jerkMps3: z.number().positive().max(20).default(jerkMps3).describe(`${source}; m/s^3`),
    })
    .prefault({})

const evenOutSchema = z
  .strictObject({
    mostM: z
      .number()
      .nonnegative()
      .max(2)
      .default(0)
      .describe(
        'a plan that is too uneven to be driven is replaced by the nearest even trajectory, if no pose moves further than this; 0: never. As much as its poses are trusted anyway; m',
      ),
    jerkPerM: z
      .number()
      .positive()
      .default(6)
      .describe(
        'the jerk that weighs as much as a pose moved by a metre: less than the limit of either direction; m/s^3',
      ),
  })
  .prefault({})

export const plannersConfig = z.strictObject({
  planMaxAgeMs: z
    .number()
    .positive()
    .max(4000)
    .default(1000)
    .describe(
      'from the instant of its frames; an older plan gives way to the stop: at 50 km/h the road of 14 m ago; ms',
    ),
  refuseFor: z
    .array(z.enum(['speed-claim', 'path-claim', 'reason-claim', 'red-light', 'agent-in-path']))
    .default(['red-light', 'agent-in-path'])
    .describe(
      'contradictions of the guard that keep a plan from being followed: those with the world. A plan that is at odds with its own words may still be the best there is; the fault says so',
    ),
  evenOut: evenOutSchema,
  limits: limitsSchema.prefault({}),
  comfortableStop: stopSchema(1, 0.3, "on a path that was checked: Autoware's comfortable stop"),
  firmStop: stopSchema(2.5, 1.5, "where the path is only guessed: Autoware's emergency stop"),
})

export type PlannersConfig = z.infer<typeof plannersConfig>
export type StopLimits = PlannersConfig['comfortableStop']
export type EvenOutConfig = PlannersConfig['evenOut']

import { z } from 'zod'

/** How frames become sets and ego states become a motion. */
export const fusionConfig = z.strictObject({
  spreadMs: z
    .number()
    .positive()
    .max(1000)
    .default(50)
    .describe('latest minus earliest capture in a set: one turn of the six-camera trigger of nuScenes; ms'),
  waitMs: z
    .number()
    .positive()
    .max(1000)
    .default(60)
    .describe(
      'from the arrival of the first frame until the set goes on without the rest: under one period of 12 Hz; ms',
    ),
  maxPendingSets: z
    .int()
    .min(1)
    .max(16)
    .default(4)
    .describe('more open sets than this close the oldest: waitMs holds at most two at 30 Hz'),
  clockToleranceMs: z
    .number()
    .nonnegative()
    .default(100)
    .describe("how far a sensor's stamp may lie ahead of its arrival before it is refused: clocks kept by NTP; ms"),
  historyS: z.number().positive().max(10).default(3).describe('how far the ego history reaches back; s'),
  historySamples: z
    .int()
    .min(2)
    .max(31)
    .default(7)
    .describe('samples of the ego history, evenly spaced, the instant itself included: one each 0.5 s by default'),
  egoMaxAgeMs: z
    .number()
    .positive()
    .max(5000)
    .default(500)
    .describe(
      'how far an ego state is carried forward: at 4.05 m/s^2, the hardest braking of a comfortable driver (nuPlan), unseen, it is 0.5 m wrong after that; ms',
    ),
  egoMaxGapMs: z
    .number()
    .positive()
    .max(5000)
    .default(1000)
    .describe(
      'states further apart are not joined: the same unseen 4.05 m/s^2 bends the motion between them by the same 0.5 m; ms',
    ),
})

export type FusionConfig = z.infer<typeof fusionConfig>

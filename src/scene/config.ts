import { z } from 'zod'

/** How boxes come to stand on the ground, and how agents are followed there. */
export const sceneConfig = z.strictObject({
  edgeSigmaPx: z
    .number()
    .positive()
    .max(50)
    .default(3)
    .describe('1-sigma of an edge of a box, in pixels of the original image: the model sees every third or so; px'),
  edgeSigmaShare: z
    .number()
    .nonnegative()
    .max(0.5)
    .default(0.03)
    .describe("the same, as a share of the box's height, added in squares: a large box is drawn less exactly; no unit"),
  maxRangeM: z.number().positive().max(500).default(200).describe('agents farther away are not lifted; m'),
  coastS: z
    .number()
    .positive()
    .max(30)
    .default(3)
    .describe('a track outside of what the cameras see (one is missing, or it went behind) is kept this long; s'),
  missesToDie: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe('frame sets in a row that should show the agent and do not, until its track ends'),
  maxTracks: z.int().min(1).max(2000).default(300).describe('more are not followed; the least seen go first'),
})

export type SceneConfig = z.infer<typeof sceneConfig>

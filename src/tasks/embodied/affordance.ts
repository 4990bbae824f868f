import type { Task } from '../task.ts'
import type { EmbodiedConfig } from './embodied-config.ts'
import { embodiedTokens } from './embodied-request.ts'
import { buildPointsRequest, type Pointed, type PointsInput, parsePoints, pointsSchema } from './points.ts'

const NAME = 'embodied/affordance'

export interface AffordanceInput extends PointsInput {
  /** As in: the mug. */
  readonly object: string
  /** As in: lift it. */
  readonly action: string
}

/** Points at the part of an object to act on; MiMo-Embodied was asked this as a pointing task too. */
export const affordanceTask: Task<AffordanceInput, Pointed, EmbodiedConfig> = {
  name: NAME,
  answerSchema: pointsSchema,
  maxNewTokens: (config) => embodiedTokens(NAME, pointsSchema, config),
  buildRequest: (input) =>
    buildPointsRequest(NAME, input, `Which part of ${input.object} should be touched to ${input.action}?`),
  parse: (text, request) => parsePoints(NAME, text, request),
}

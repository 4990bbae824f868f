import type { Task } from '../task.ts'
import type { EmbodiedConfig } from './embodied-config.ts'
import { embodiedTokens } from './embodied-request.ts'
import { buildPointsRequest, type Pointed, type PointsInput, parsePoints, pointsSchema } from './points.ts'

const NAME = 'embodied/point'

export interface PointInput extends PointsInput {
  /** What to point at, as in: the red cup left of the plate. */
  readonly description: string
}

/** Points at what matches a description in one image. */
export const pointTask: Task<PointInput, Pointed, EmbodiedConfig> = {
  name: NAME,
  answerSchema: pointsSchema,
  maxNewTokens: (config) => embodiedTokens(NAME, pointsSchema, config),
  buildRequest: (input) => buildPointsRequest(NAME, input, input.description),
  parse: (text, request) => parsePoints(NAME, text, request),
}

import type { FaultReport, ModelRequest } from '#messages'
import { answerLost, snippet } from '../answer-fault.ts'
import { type AnswerSchema, choice, line } from '../answer-schema.ts'
import type { Task } from '../task.ts'
import type { EmbodiedConfig } from './embodied-config.ts'
import { BOX_SUFFIX, type EmbodiedInput, embodiedRequest, embodiedTokens } from './embodied-request.ts'
import { LETTERS, optionsText, readShortAnswer, type ShortAnswer } from './short-answer.ts'

const NAME = 'embodied/spatial'

/** A number with its unit, or a phrase. */
const FREE_CHARACTERS = 64

const answerSchema = line(FREE_CHARACTERS)

export interface SpatialInput extends EmbodiedInput {
  readonly question: string
  /** Up to 8 options to choose from, yes or no, or a free phrase. */
  readonly answers: readonly string[] | 'yes-no' | 'free'
}

const schemaFor = (answers: SpatialInput['answers']): AnswerSchema => {
  if (answers === 'free') return answerSchema
  return answers === 'yes-no' ? choice('yes', 'no') : choice(...LETTERS.slice(0, answers.length))
}

const buildSpatialRequest = (input: SpatialInput): ModelRequest => {
  const { question, answers } = input
  const options = typeof answers === 'string' ? '' : `\n${optionsText(answers)}`
  return embodiedRequest(input, {
    task: NAME,
    text: question + options + BOX_SUFFIX,
    answerSchema: schemaFor(answers),
    longest: answerSchema,
  })
}

const parseSpatial = (text: string): ShortAnswer | { readonly fault: FaultReport } =>
  readShortAnswer(text) ?? { fault: answerLost(NAME, 'answer-unreadable', 'an answer', snippet(text)) }

/** Answers how things lie to each other, in one word. */
export const spatialTask: Task<SpatialInput, ShortAnswer, EmbodiedConfig> = {
  name: NAME,
  answerSchema,
  maxNewTokens: (config) => embodiedTokens(NAME, answerSchema, config),
  buildRequest: buildSpatialRequest,
  parse: parseSpatial,
}

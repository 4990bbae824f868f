import type { ModelRequest, Perception, Plan, Prediction } from '#messages'
import { parsePerception, parsePlan, parsePrediction } from '#tasks'
import type { LoggedAnswer } from './answer-log.ts'
import type { SceneAnswers } from './ask-scene.ts'
import type { SceneQuestions } from './scene-questions.ts'

/** What the answers to one scene say; `unreadable`: it was asked and nothing can be made of the answer. */
export interface ReadAnswers {
  readonly plan?: Plan | 'unreadable'
  readonly perception?: Perception | 'unreadable'
  readonly prediction?: Prediction | 'unreadable'
}

/** As the pipeline takes them: an answer that did not come to its end is none. */
export const readAnswers = (answers: SceneAnswers, questions: SceneQuestions): ReadAnswers => ({
  ...of(answers.plan, questions.plan, 'plan', (text, request) => {
    const parsed = parsePlan(text, request)
    return 'plan' in parsed ? parsed.plan : 'unreadable'
  }),
  ...of(answers.perception, questions.perception, 'perception', (text, request) => {
    const parsed = parsePerception(text, request)
    return 'perception' in parsed ? parsed.perception : 'unreadable'
  }),
  ...of(answers.prediction, questions.prediction, 'prediction', (text, request) => {
    const parsed = parsePrediction(text, request)
    return 'prediction' in parsed ? parsed.prediction : 'unreadable'
  }),
})

const of = <Name extends string, Value>(
  answer: LoggedAnswer | undefined,
  request: ModelRequest | undefined,
  name: Name,
  parse: (text: string, request: ModelRequest) => Value | 'unreadable',
): Partial<Record<Name, Value | 'unreadable'>> => {
  if (!answer || !request) return {}
  const value = answer.finish === 'stop' ? parse(answer.text, request) : 'unreadable'
  return { [name]: value } as Partial<Record<Name, Value | 'unreadable'>>
}

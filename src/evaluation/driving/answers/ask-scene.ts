import { createHash } from 'node:crypto'
import type { ModelRequest } from '#messages'
import type { Engine } from '#model/engine'
import { type ImageStore, questionFrom } from '#pipeline'
import type { AnswerLog, LoggedAnswer } from './answer-log.ts'
import type { QuestionName, SceneQuestions } from './scene-questions.ts'
import { asksOnlyPlan, type Variant } from './variant.ts'

/** Of one scene in one variant; a question that was not asked is absent. */
export type SceneAnswers = Readonly<Partial<Record<QuestionName, LoggedAnswer>>>

export interface AskScene {
  readonly sceneId: string
  readonly variant: Variant
  readonly questions: SceneQuestions
  /** What is to be asked, in this order on one prefix. */
  readonly names: readonly QuestionName[]
  readonly images: ImageStore
  readonly engine: Engine
  readonly log: AnswerLog
}

/** Asks what the log does not hold. Throws what the engine throws: a model that cannot answer gets no score. */
export const askScene = async (ask: AskScene): Promise<SceneAnswers> => {
  const { variant, questions, names } = ask
  const answers: Partial<Record<QuestionName, LoggedAnswer>> = {}
  for (const name of names) {
    const request = questions[name]
    if (!request || (name !== 'plan' && asksOnlyPlan(variant))) continue
    answers[name] = await askOne(ask, name, request)
  }
  return answers
}

const askOne = async (
  { sceneId, variant, images, engine, log }: AskScene,
  name: QuestionName,
  request: ModelRequest,
): Promise<LoggedAnswer> => {
  const { answerSchema, ...free } = questionFrom(request, images)
  const question = variant === 'free' || answerSchema === undefined ? free : { ...free, answerSchema }
  const key = keyOf(`${sceneId}/${name}/${variant}`, request, images, engine)
  const known = log.get(key)
  if (known) return known
  const startedMs = performance.now()
  const { text, finish, tokenIds, promptTokenIds } = await engine.answer(question, () => {})
  const answer: LoggedAnswer = {
    key,
    text,
    finish,
    tokens: tokenIds.length,
    promptTokens: promptTokenIds.length,
    wallMs: Math.round(performance.now() - startedMs),
  }
  log.put(answer)
  return answer
}

/** The request's hash knows the scene's own images; what is really shown is hashed too. */
const keyOf = (name: string, request: ModelRequest, images: ImageStore, { info }: Engine): string => {
  const hash = createHash('sha256').update(info.bundleSha256).update(request.requestSha256)
  for (const { parts } of request.messages) {
    for (const { part } of parts) {
      const shown = part.case === 'image' ? [part.value] : part.case === 'video' ? part.value.frames : []
      for (const image of shown) hash.update(images.get(image).data)
    }
  }
  return `${name}/${hash.digest('hex').slice(0, 32)}`
}

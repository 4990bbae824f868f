import { create } from '@bufbuild/protobuf'
import { ImageSizesSchema, type ModelRequest, VIEWS } from '#messages'
import type { Answer, Engine } from '#model'
import { questionFrom } from '#pipeline'
import { perceptionConfig, perceptionTask, planConfig, planTask, predictionConfig, predictionTask } from '#tasks'
import { numbered } from '../car/draw-frames.ts'
import { createSpans } from '../car/spans.ts'
import { MAX_PIXELS, type ViewBudget } from './layouts.ts'
import { STRAIGHT_SET } from './straight-set.ts'

/** How long answers of the slower questions are: what comes before them is measured. */
const ANSWER_TOKENS = 16

/** The prediction asks about these: as many as a street has near. */
const AGENTS = Array.from({ length: 6 }, (_, index) => ({
  id: String(index + 1),
  label: 'car',
  positionInEgo: { xM: 8 + 6 * index, yM: index % 2 === 0 ? 0 : 3.5 },
  velocityInEgoMps: { x: 5, y: 0 },
}))

/** Of one prompt, the tokens that stand in the other's beginning too. */
const commonBeginning = (one: readonly number[], other: readonly number[]): number => {
  const at = one.findIndex((id, index) => id !== other[index])
  return at < 0 ? one.length : at
}

const beforeAnswerMs = ({ timing: { preprocessMs, visionMs, prefillMs } }: Answer): number =>
  preprocessMs + visionMs + prefillMs

/**
 * Asks for the plan and, on its prefix, for perception and prediction; then both alone about images never seen. Returns medians
 * over the rounds: what the slower ones cost before their first token, what sharing saved, and what it should have.
 */
export const measureSharing = async (
  engine: Engine,
  jpegs: readonly Uint8Array[],
  views: readonly ViewBudget[],
  rounds: number,
): Promise<Record<string, number>> => {
  const opening = planConfig.parse({ maxPixelsPerView: MAX_PIXELS })
  const imageSizes = views.map(({ view, width, height, resized }) =>
    create(ImageSizesSchema, {
      view,
      originalWidth: width,
      originalHeight: height,
      resizedWidth: resized.width,
      resizedHeight: resized.height,
    }),
  )
  let requestId = 0n
  const requests = {
    plan: () => planTask.buildRequest({ requestId: ++requestId, frameSet: STRAIGHT_SET, config: opening }),
    perception: () =>
      perceptionTask.buildRequest({
        requestId: ++requestId,
        frameSet: STRAIGHT_SET,
        opening,
        imageSizes,
        config: perceptionConfig.parse({}),
      }),
    prediction: () =>
      predictionTask.buildRequest({
        requestId: ++requestId,
        frameSet: STRAIGHT_SET,
        opening,
        agents: AGENTS,
        config: predictionConfig.parse({}),
      }),
  }

  const spans = createSpans()
  const figures: Record<string, number> = {}
  let images: readonly Uint8Array[] = []
  let sets = 0
  const showNewImages = (): void => {
    sets += 1
    images = jpegs.map((jpeg) => numbered(jpeg, sets))
  }
  const ask = (request: ModelRequest, most?: number, onText: (text: string) => void = () => {}): Promise<Answer> => {
    const question = questionFrom(request, {
      put: () => {},
      get: ({ topic }) => ({
        kind: 'encoded',
        data: images[VIEWS.findIndex((view) => topic === `/sensors/camera/${view}`)]!,
      }),
    })
    const maxNewTokens = Math.min(question.maxNewTokens, most ?? Number.POSITIVE_INFINITY)
    return engine.answer({ ...question, maxNewTokens }, ({ text }) => onText(text))
  }
  const askForPlan = async (): Promise<Answer> => {
    const startMs = performance.now()
    let text = ''
    let poses = false
    const plan = await ask(requests.plan(), undefined, (part) => {
      text += part
      if (!poses && text.includes(']]')) spans.add('poses', performance.now() - startMs)
      poses ||= text.includes(']]')
    })
    spans.add('plan', performance.now() - startMs)
    spans.add('planBeforeAnswer', beforeAnswerMs(plan))
    figures.planPromptTokens = plan.promptTokenIds.length
    figures.planAnswerTokens = plan.tokenIds.length
    return plan
  }

  for (let round = -1; round < rounds; round++) {
    if (round === 0) spans.clear()
    showNewImages()
    const plan = await askForPlan()
    for (const name of ['perception', 'prediction'] as const) {
      const answer = await ask(requests[name](), ANSWER_TOKENS)
      spans.add(`${name}Following`, beforeAnswerMs(answer))
      for (const part of ['preprocess', 'vision', 'prefill'] as const)
        spans.add(`${name}Following.${part}`, answer.timing[`${part}Ms`])
      figures[`${name}PromptTokens`] = answer.promptTokenIds.length
      figures[`${name}SharedTokens`] = commonBeginning(answer.promptTokenIds, plan.promptTokenIds)
      figures[`${name}ReusedTokens`] = answer.reusedTokens
    }
    for (const name of ['perception', 'prediction'] as const) {
      showNewImages()
      const answer = await ask(requests[name](), ANSWER_TOKENS)
      spans.add(`${name}Alone`, beforeAnswerMs(answer))
      for (const part of ['preprocess', 'vision', 'prefill'] as const)
        spans.add(`${name}Alone.${part}`, answer.timing[`${part}Ms`])
    }
  }

  const median = (name: string): number => spans.percentiles()[`${name}P50Ms`]!
  for (const name of ['poses', 'plan', 'planBeforeAnswer']) figures[`${name}Ms`] = median(name)
  for (const name of ['perception', 'prediction']) {
    for (const part of ['', '.preprocess', '.vision', '.prefill'])
      for (const how of ['Alone', 'Following']) figures[`${name}${how}${part}Ms`] = median(`${name}${how}${part}`)
    const share = figures[`${name}SharedTokens`]! / figures[`${name}PromptTokens`]!
    figures[`${name}SavedMs`] = median(`${name}Alone`) - median(`${name}Following`)
    figures[`${name}ShouldSaveMs`] =
      median(`${name}Alone.preprocess`) + median(`${name}Alone.vision`) + share * median(`${name}Alone.prefill`)
  }
  return figures
}

import { create } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { type Bundle, readBundle } from '#compiler'
import {
  type FrameSet,
  FrameSetSchema,
  ImageSizesSchema,
  type ModelRequest,
  RouteCommand_Command,
  RouteCommandSchema,
} from '#messages'
import { checkPromptBudget, type PromptBudget, promptBudget } from '#model'
import { buildPerceptionRequest, buildPlanRequest, buildPredictionRequest } from '#tasks'
import type { CarConfig } from './car-config.ts'

/** Roles, markers and the generation prompt of a chat template, and the vision markers of six images. */
const TEMPLATE_BYTES = 512

/** As wide as numbers are printed, so that no drive's question is longer; m, m/s, rad. */
const WIDE = -88.88

/** The most agents that are asked about. */
const AGENTS = 16

const longestFrameSet = (car: CarConfig, rig: Rig): FrameSet =>
  create(FrameSetSchema, {
    number: 1n,
    referenceTimeNs: 1n,
    views: rig.cameras.map(({ view }) => ({ view, image: { topic: view } })),
    egoHistory: Array.from({ length: car.fusion.historySamples }, (_, index) => ({
      timeS: -car.fusion.historyS * (1 - index / (car.fusion.historySamples - 1)),
      xM: WIDE,
      yM: WIDE,
      headingRad: WIDE,
      speedMps: WIDE,
      accelerationMps2: WIDE,
      yawRateRadps: WIDE,
    })),
  })

/** The longest of each question that the drive asks. */
const longestRequests = (car: CarConfig, rig: Rig, bundle: Bundle): readonly ModelRequest[] => {
  const frameSet = longestFrameSet(car, rig)
  const route = create(RouteCommandSchema, { command: RouteCommand_Command.CHANGE_LANE_RIGHT, distanceM: 8888.8 })
  const input = { requestId: 1n, frameSet, route, opening: car.plan }
  const sizes = promptBudget({
    bundle,
    images: rig.cameras,
    maxPixels: car.plan.maxPixelsPerView,
    textTokens: 0,
    maxNewTokens: 0,
  })
  const imageSizes = rig.cameras.map(({ view, width, height }, index) => {
    const resized = sizes.images[index]?.resized ?? { width, height }
    const original = { originalWidth: width, originalHeight: height }
    return create(ImageSizesSchema, { view, ...original, resizedWidth: resized.width, resizedHeight: resized.height })
  })
  const agents = Array.from({ length: AGENTS }, (_, index) => ({
    id: `track-${index}`,
    label: 'x'.repeat(40),
    positionInEgo: { xM: WIDE, yM: WIDE },
    velocityInEgoMps: { x: WIDE, y: WIDE },
  }))
  const requests = {
    plan: () => buildPlanRequest({ ...input, config: car.plan }),
    perception: () => buildPerceptionRequest({ ...input, imageSizes, config: car.perception }),
    prediction: () => buildPredictionRequest({ ...input, agents, config: car.prediction }),
  }
  return car.pipeline.questions.map((name) => requests[name]())
}

/** Bytes of a question: a byte-level tokenizer makes at most a token a byte. */
const textBytes = ({ messages }: ModelRequest): number => {
  const texts = messages.flatMap(({ parts }) => parts.map(({ part }) => (part.case === 'text' ? part.value : '')))
  return TEMPLATE_BYTES + new TextEncoder().encode(texts.join('')).length
}

/**
 * What a drive's costliest question will cost, before the first frame. Throws OutriderError MODEL_CONTEXT_EXCEEDED or
 * TASK_BUDGET, and what readBundle throws.
 */
export const driveBudget = async (car: CarConfig, rig: Rig): Promise<PromptBudget> => {
  const bundle = await readBundle(car.bundle)
  const budgets = longestRequests(car, rig, bundle).map((request) =>
    promptBudget({
      bundle,
      images: rig.cameras,
      maxPixels: car.plan.maxPixelsPerView,
      textTokens: textBytes(request),
      maxNewTokens: request.maxNewTokens,
    }),
  )
  for (const budget of budgets) checkPromptBudget(budget)
  return budgets.reduce((most, budget) => (budget.totalTokens > most.totalTokens ? budget : most))
}

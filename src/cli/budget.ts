import { create } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { readBundle } from '#compiler'
import { type FrameSet, FrameSetSchema, RouteCommand_Command, RouteCommandSchema } from '#messages'
import { checkPromptBudget, type PromptBudget, promptBudget } from '#model'
import { planTask } from '#tasks'
import type { CarConfig } from './car-config.ts'

/** Roles, markers and the generation prompt of a chat template, and the vision markers of six images. */
const TEMPLATE_BYTES = 512

/** As wide as numbers are printed, so that no drive's question is longer; m, m/s, rad. */
const WIDE = -88.88

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

/** Bytes of the longest question about these cameras: a byte-level tokenizer makes at most a token a byte. */
const longestQuestionBytes = (car: CarConfig, rig: Rig): number => {
  const command = RouteCommand_Command.CHANGE_LANE_RIGHT
  const route = create(RouteCommandSchema, { command, distanceM: 8888.8 })
  const frameSet = longestFrameSet(car, rig)
  const { messages } = planTask.buildRequest({ requestId: 1n, frameSet, route, config: car.plan })
  const texts = messages.flatMap(({ parts }) => parts.map(({ part }) => (part.case === 'text' ? part.value : '')))
  return TEMPLATE_BYTES + new TextEncoder().encode(texts.join('')).length
}

/**
 * What a drive's questions will cost, before the first frame. Throws OutriderError MODEL_CONTEXT_EXCEEDED or TASK_BUDGET,
 * and what readBundle throws.
 */
export const driveBudget = async (car: CarConfig, rig: Rig): Promise<PromptBudget> => {
  const budget = promptBudget({
    bundle: await readBundle(car.bundle),
    images: rig.cameras,
    maxPixels: car.plan.maxPixelsPerView,
    textTokens: longestQuestionBytes(car, rig),
    maxNewTokens: planTask.maxNewTokens(car.plan),
  })
  checkPromptBudget(budget)
  return budget
}

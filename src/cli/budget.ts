import { create } from '@bufbuild/protobuf'
import type { Rig } from '#calibration'
import { type Bundle, readBundle } from '#compiler'
import { OutriderError } from '#errors'
import {
  type FrameSet,
  FrameSet_EgoSampleSchema,
  FrameSetSchema,
  ImageSizesSchema,
  type ModelRequest,
  RouteCommand_Command,
  RouteCommandSchema,
} from '#messages'
import { checkPromptBudget, type PromptBudget, type PromptBudgetInput, promptBudget } from '#model'
import { buildPerceptionRequest, buildPlanRequest, buildPredictionRequest } from '#tasks'
import type { CarConfig } from './car-config.ts'

/** Roles, markers and the generation prompt of a chat template, and the two vision markers of each of 48 images. */
const TEMPLATE_BYTES = 512

/** As wide as numbers are printed, so that no drive's question is longer; m, m/s, rad. */
const WIDE = -88.88

/** Between two sets, so that their times are as wide; ns. */
const FAR_NS = 8_880_000_000n

/** The most agents that are asked about. */
const AGENTS = 16

const frameSetAt = (referenceTimeNs: bigint, rig: Rig, shown: number): FrameSet =>
  create(FrameSetSchema, {
    number: 1n,
    referenceTimeNs,
    views: rig.cameras.slice(0, shown).map(({ view }) => ({ view, image: { topic: view } })),
    missingViews: rig.cameras.slice(shown).map(({ view }) => view),
  })

/** The sets of the longest question, the one it is about last. */
const longestFrameSets = ({ plan: { frames }, fusion }: CarConfig, rig: Rig): readonly FrameSet[] => {
  const views = rig.cameras.length
  // A video shows as many frames when views are missing, and says of each which.
  const shownEarlier = frames.as === 'video' ? Math.ceil(views / 2) : views
  return Array.from({ length: frames.sets }, (_, index) => {
    const isLast = index === frames.sets - 1
    const frameSet = frameSetAt(BigInt(index + 1) * FAR_NS, rig, isLast ? views : shownEarlier)
    return isLast ? { ...frameSet, egoHistory: longestEgoHistory(fusion) } : frameSet
  })
}

const longestEgoHistory = ({ historySamples, historyS }: CarConfig['fusion']): FrameSet['egoHistory'] =>
  Array.from({ length: historySamples }, (_, index) =>
    create(FrameSet_EgoSampleSchema, {
      timeS: -historyS * (1 - index / (historySamples - 1)),
      xM: WIDE,
      yM: WIDE,
      headingRad: WIDE,
      speedMps: WIDE,
      accelerationMps2: WIDE,
      yawRateRadps: WIDE,
    }),
  )

/** The images or videos of a question with all views, those of the rig's cameras first. */
const mediaOf = (
  { plan: { frames } }: CarConfig,
  { cameras }: Rig,
): Pick<PromptBudgetInput, 'images' | 'videoFrames'> =>
  frames.as === 'video'
    ? { images: cameras, videoFrames: frames.sets }
    : { images: Array.from({ length: frames.sets }, () => cameras).flat() }

/** The longest of each question that the drive asks. */
const longestRequests = (car: CarConfig, rig: Rig, bundle: Bundle): readonly ModelRequest[] => {
  const sets = longestFrameSets(car, rig)
  const [frameSet, earlier] = [sets.at(-1)!, sets.slice(0, -1)]
  const route = create(RouteCommandSchema, { command: RouteCommand_Command.CHANGE_LANE_RIGHT, distanceM: 8888.8 })
  const input = { requestId: 1n, frameSet, earlier, route, opening: car.plan }
  const sizes = promptBudget({
    bundle,
    ...mediaOf(car, rig),
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
 * TASK_BUDGET, FEATURE_CACHE_SMALL, and what readBundle throws.
 */
export const driveBudget = async (car: CarConfig, rig: Rig): Promise<PromptBudget> => {
  const bundle = await readBundle(car.bundle)
  const budgets = longestRequests(car, rig, bundle).map((request) =>
    promptBudget({
      bundle,
      ...mediaOf(car, rig),
      maxPixels: car.plan.maxPixelsPerView,
      textTokens: textBytes(request),
      maxNewTokens: request.maxNewTokens,
    }),
  )
  for (const budget of budgets) {
    checkPromptBudget(budget)
    checkFeatureCache(budget, car)
  }
  return budgets.reduce((most, budget) => (budget.totalTokens > most.totalTokens ? budget : most))
}

/** Pairs of a video's frames come in two alignments, which take turns from set to set. */
const ALIGNMENTS = { images: 1, video: 2 } as const

/** What the next question has in common with this one is to be there still, when there is such a thing. */
const checkFeatureCache = ({ featureBytes }: PromptBudget, { model, plan: { frames }, pipeline }: CarConfig): void => {
  if (frames.sets === 1 && pipeline.questions.length === 1) return
  const needed = featureBytes * (frames.sets > 1 ? ALIGNMENTS[frames.as] : 1)
  if (needed <= model.featureCacheBytes) return
  throw new OutriderError({
    code: 'FEATURE_CACHE_SMALL',
    expected: `room for the image features that questions have in common, ${needed} bytes`,
    found: `model.featureCacheBytes ${model.featureCacheBytes}`,
    next: `raise model.featureCacheBytes to ${needed} or more, or show fewer pixels (plan.maxPixelsPerView) or fewer sets (plan.frames.sets)`,
  })
}

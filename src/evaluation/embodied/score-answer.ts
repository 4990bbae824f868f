import { create } from '@bufbuild/protobuf'
import { pointPixels } from '#geometry'
import { ImageSizesSchema, type ModelRequest, ModelRequestSchema, PixelSpace } from '#messages'
import { runSteps } from '#simulator'
import { affordanceTask, type Pointed, pointTask, spatialTask, taskPlanTask } from '#tasks'
import type { EmbodiedItem } from './read-items.ts'

/** How good an answer is. */
export interface EmbodiedScore {
  /** From 0 to 1: points in the mask, the right choice, or the goal reached. */
  readonly score: number
  /** Whether the task could read an answer in it; one that it could not scores 0 and counts. */
  readonly readable: boolean
  /** Of steps: the share that could be done one after the other; absent for other answers. */
  readonly executable?: number
}

const UNREADABLE: EmbodiedScore = { score: 0, readable: false }

/** What the parsers look at of the request that was asked. */
const requestOf = ({ width, height }: EmbodiedItem): ModelRequest =>
  create(ModelRequestSchema, {
    imageSizes: [
      create(ImageSizesSchema, {
        originalWidth: width,
        originalHeight: height,
        resizedWidth: width,
        resizedHeight: height,
      }),
    ],
  })

/** Reads an answer as its task does, and compares it with what is true. */
export const scoreAnswer = (item: EmbodiedItem, text: string): EmbodiedScore => {
  const request = requestOf(item)
  switch (item.task) {
    case 'embodied/point':
    case 'embodied/affordance': {
      const pointed = (item.task === 'embodied/point' ? pointTask : affordanceTask).parse(text, request)
      return 'fault' in pointed ? UNREADABLE : { score: pointsInMask(item, pointed), readable: true }
    }
    case 'embodied/spatial': {
      const answer = spatialTask.parse(text, request)
      if ('fault' in answer) return UNREADABLE
      const said = answer.letter ?? (answer.yes === undefined ? answer.text : answer.yes ? 'yes' : 'no')
      return { score: isSame(said, item.truth.choice) ? 1 : 0, readable: true }
    }
    case 'embodied/task-plan':
      return scorePlan(item, text, request)
  }
}

const isSame = (said: string | undefined, right: string | undefined): boolean =>
  said !== undefined && said.toLowerCase() === right?.toLowerCase()

/**
 * Where2Place's and MiMo-Embodied's measure: the mean of the mask at all points, cut to whole pixels; one outside the image
 * is a miss. No point: 0.
 */
const pointsInMask = ({ mask, width }: EmbodiedItem, { points, faults }: Pointed): number => {
  const outside = faults.filter(({ code }) => code === 'point-outside').length
  const hits = points.filter(({ point }) => {
    const { x, y } = pointPixels(point, PixelSpace.RESIZED)
    return mask?.[Math.floor(y) * width + Math.floor(x)] === 1
  }).length
  return hits / Math.max(points.length + outside, 1)
}

const scorePlan = ({ truth, errand }: EmbodiedItem, text: string, request: ModelRequest): EmbodiedScore => {
  const plan = taskPlanTask.parse(text, request)
  if ('fault' in plan) return UNREADABLE
  if (truth.choice !== undefined) return { score: isSame(plan.letter, truth.choice) ? 1 : 0, readable: true }
  if (!errand) return UNREADABLE
  const { done, reached } = runSteps(errand.scene, errand.goal, plan.steps)
  return { score: reached ? 1 : 0, readable: true, executable: done / Math.max(plan.steps.length, 1) }
}

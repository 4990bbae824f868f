import { create } from '@bufbuild/protobuf'
import { encodeJpeg, encodeMask, type RgbImage } from '#image'
import { cameraTopic, ImageRefSchema, ImageSizesSchema, type ModelRequest } from '#messages'
import {
  createDice,
  type ErrandGoal,
  type ErrandScene,
  isHeldOutName,
  lookAt,
  makeRoom,
  type RoomSight,
} from '#simulator'
import { affordanceTask, type EmbodiedConfig, pointTask, spatialTask, taskPlanTask } from '#tasks'
import { askAbout } from './embodied/ask-about.ts'
import type { Asked, AskedPlan, AskedSpatial, AskedWhere } from './embodied/asked.ts'
import { messagesOf, type RecordMessage } from './training-record.ts'

export type EmbodiedSplit = 'train' | 'held-out'

/** Where a record comes from, and what a judge needs beside the truth. */
export interface EmbodiedMeta {
  /** Records of one room. */
  readonly group: string
  readonly seed: number
  readonly room: string
  readonly split: EmbodiedSplit
  readonly skill: string
  /** Things of the question whose kind and colour are never trained on together. */
  readonly unseen: readonly string[]
  readonly errand?: { readonly scene: ErrandScene; readonly goal: ErrandGoal }
}

/** One line of a training file: training/outrider_training/record.schema.json. */
export interface EmbodiedRecord {
  readonly id: string
  readonly task: string
  readonly messages: readonly RecordMessage[]
  /** Relative to the file. */
  readonly images: readonly string[]
  readonly coordinates: 'resized'
  readonly max_pixels: number
  readonly truth: {
    readonly schema?: object
    readonly thinks: boolean
    readonly choice?: string
    readonly mask?: string
  }
  readonly meta: EmbodiedMeta
}

/** A file beside the records. */
export interface EmbodiedFile {
  /** Relative to the records. */
  readonly path: string
  readonly data: Uint8Array
}

/** What one room gives. */
export interface RoomRecords {
  readonly records: readonly EmbodiedRecord[]
  readonly files: readonly EmbodiedFile[]
}

/** Rooms of one seed; more and those of the next would begin. */
export const ROOMS_PER_SEED = 2 ** 16
/** Rooms for tests are drawn from seeds that training never reaches. */
const HELD_OUT_FROM = 2 ** 31

/** Higher than a dash camera's: at 224 px the handle of a mug has few pixels to lose. */
const JPEG_QUALITY = 92

/** Which room of a split is meant. Throws on one that would be another seed's. */
export const roomSeed = (split: EmbodiedSplit, seed: number, index: number): number => {
  if (index >= ROOMS_PER_SEED || seed * ROOMS_PER_SEED >= HELD_OUT_FROM)
    throw new Error(`no room ${index} of seed ${seed}`)
  return (split === 'held-out' ? HELD_OUT_FROM : 0) + seed * ROOMS_PER_SEED + index
}

/** What is asked about one room, with what a perfect model answers. The same seed gives the same bytes. */
export const embodiedRecords = async (
  split: EmbodiedSplit,
  seed: number,
  config: EmbodiedConfig,
): Promise<RoomRecords> => {
  const sight = lookAt(makeRoom({ seed, heldOutLooks: split === 'held-out' }))
  const group = `room-${seed}`
  const files = new Map<string, Promise<Uint8Array>>()
  const addImage = (path: string, image: RgbImage): string => {
    if (!files.has(path)) files.set(path, encodeJpeg(image, JPEG_QUALITY))
    return path
  }
  const records = askAbout(sight, createDice(seed, 'questions')).map((asked, index): EmbodiedRecord => {
    const id = `${group}/${index}`
    const own = asked.task === 'task-plan' && asked.sight
    const seen = own || sight
    const image = addImage(`images/${group}${own ? `-${index}` : ''}.jpg`, seen.picture.image)
    const request = requestOf(asked, seen, config)
    const mask = 'mask' in asked ? `masks/${group}-${index}.png` : undefined
    const { width, height } = seen.room.camera
    if (mask && 'mask' in asked) files.set(mask, encodeMask(width, height, asked.mask))
    const choice = choiceOf(asked)
    return {
      id,
      task: request.task,
      messages: messagesOf(request, answerText(asked, request)).messages,
      images: [image],
      coordinates: 'resized',
      max_pixels: config.maxPixelsPerImage,
      truth: {
        ...(request.answerSchemaJson !== '' && { schema: JSON.parse(request.answerSchemaJson) }),
        thinks: false,
        ...(choice !== undefined && { choice }),
        ...(mask !== undefined && { mask }),
      },
      meta: {
        group,
        seed,
        room: sight.room.kind,
        split,
        skill: asked.skill,
        unseen: asked.about.filter(isHeldOutName),
        ...(asked.task === 'task-plan' && { errand: asked.errand }),
      },
    }
  })
  return {
    records,
    files: await Promise.all([...files].map(async ([path, data]) => ({ path, data: await data }))),
  }
}

/** The question as the runtime asks it. */
const requestOf = (asked: Asked, { room: { camera } }: RoomSight, config: EmbodiedConfig): ModelRequest => {
  const { width, height } = camera
  const image = create(ImageRefSchema, { topic: cameraTopic('front') })
  const imageSizes = create(ImageSizesSchema, {
    originalWidth: width,
    originalHeight: height,
    resizedWidth: width,
    resizedHeight: height,
  })
  const shared = { requestId: 1n, referenceTimeNs: 0n, config }
  const images = [image]
  switch (asked.task) {
    case 'point':
      return pointTask.buildRequest({ ...shared, image, imageSizes, description: asked.description })
    case 'affordance': {
      const { description: object, action = '' } = asked
      return affordanceTask.buildRequest({ ...shared, image, imageSizes, object, action })
    }
    case 'spatial':
      return spatialTask.buildRequest({ ...shared, images, question: asked.question, answers: asked.answers })
    case 'task-plan':
      return taskPlanTask.buildRequest({
        ...shared,
        images,
        goal: asked.goal,
        done: asked.done,
        options: asked.options,
      })
  }
}

const LETTERS = 'ABCDEFGH'

/** The letter of an option, yes, no or a phrase; undefined where the answer is none. */
const choiceOf = (asked: Asked): string | undefined => {
  if (asked.task === 'spatial') return shortAnswer(asked)
  return asked.task === 'task-plan' && asked.options.length > 0 ? letterOf(asked) : undefined
}

const shortAnswer = ({ answers, right }: AskedSpatial): string =>
  typeof answers === 'string' ? right : LETTERS[answers.indexOf(right)]!

const letterOf = ({ options, steps }: AskedPlan): string => LETTERS[options.indexOf(steps[0]!)]!

/** The description that the prompt speaks of is the label. */
const pointsText = ({ points }: AskedWhere, request: ModelRequest): string => {
  const text = request.messages.at(-1)?.parts.find(({ part }) => part.case === 'text')?.part.value
  const label = /^Based on the description: "(.*)", locate/.exec(String(text))?.[1]
  return JSON.stringify([{ points, label }])
}

/** As the grammar writes it where the question has one, else as MiMo-Embodied was asked to: in a box. */
const answerText = (asked: Asked, request: ModelRequest): string => {
  if (asked.task === 'point' || asked.task === 'affordance') return pointsText(asked, request)
  const choice = choiceOf(asked)
  if (choice === undefined) return JSON.stringify(asked.task === 'task-plan' ? asked.steps : [])
  return request.answerSchemaJson === '' ? `\\boxed{${choice}}` : JSON.stringify(choice)
}

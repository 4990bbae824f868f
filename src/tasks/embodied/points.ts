import { z } from 'zod'
import type { FaultReport, ImagePoint, ImageRef, ImageSizes, ModelRequest } from '#messages'
import { answerLost, snippet } from '../answer-fault.ts'
import { jsonObjectsIn } from '../answer-json.ts'
import { type AnswerSchema, line, listUpTo, object, tuple, whole } from '../answer-schema.ts'
import { largestSides, MAX_SIDE, readPoint } from '../image-space.ts'
import { readItems } from '../read-items.ts'
import { takeApart } from '../thinking.ts'
import { type EmbodiedInput, embodiedRequest } from './embodied-request.ts'

/** Things that match one description. */
const LABELS = 4
const POINTS = 16
const LABEL_CHARACTERS = 80
/** More points than this in a free answer are noise. */
const FREE_POINTS = 64

const schemaFor = (width: number, height: number): AnswerSchema =>
  listUpTo(
    LABELS,
    object({
      points: listUpTo(POINTS, tuple(whole(0, width - 1), whole(0, height - 1))),
      label: line(LABEL_CHARACTERS),
    }),
  )

/** The longest answer that points. */
export const pointsSchema = schemaFor(MAX_SIDE, MAX_SIDE)

/** A question about where in one image. */
export interface PointsInput extends Omit<EmbodiedInput, 'images' | 'video'> {
  readonly image: ImageRef
  readonly imageSizes: ImageSizes
}

/** Places that a model points at. */
export interface Pointed {
  readonly points: readonly { readonly point: ImagePoint; readonly label: string }[]
  readonly trace: string
  readonly faults: readonly FaultReport[]
}

/** MiMo-Embodied's prompt for all its pointing tasks, to the letter. */
const promptFor = (description: string): string =>
  `Based on the description: "${description}", locate points matching the description. Output a JSON in the format [{"points": [...], "label": "{the_whole_description}"}, ...].`

/** Asks for the points that match a description. */
export const buildPointsRequest = (task: string, input: PointsInput, description: string): ModelRequest => {
  const { width, height } = largestSides([input.imageSizes])
  return embodiedRequest(
    { ...input, images: [input.image] },
    {
      task,
      text: promptFor(description),
      answerSchema: schemaFor(width, height),
      longest: pointsSchema,
      imageSizes: [input.imageSizes],
    },
  )
}

const pair = z.tuple([z.number(), z.number()])
const item = z.object({ points: z.array(pair).max(FREE_POINTS), label: z.string().max(1000).default('') })

const NUMBER = String.raw`\s*(-?\d+(?:\.\d+)?)\s*`
const IN_BRACKETS = new RegExp(String.raw`\[${NUMBER},${NUMBER}\]`, 'g')
const IN_PARENTHESES = new RegExp(String.raw`\(${NUMBER},${NUMBER}\)`, 'g')

/** As MiMo-Embodied's evaluation reads points: all pairs in brackets, else all in parentheses. */
const pairsIn = (text: string): readonly unknown[] => {
  const matches = [IN_BRACKETS, IN_PARENTHESES].map((pattern) => [...text.matchAll(pattern)])
  const pairs = (matches.find((found) => found.length > 0) ?? []).map(([, x, y]) => [Number(x), Number(y)])
  return pairs.length === 0 ? [] : [{ points: pairs }]
}

/** Reads points of the resized image; those outside it are lost and counted, as the evaluation counts them as misses. */
export const parsePoints = (
  task: string,
  text: string,
  { imageSizes: [image] }: ModelRequest,
): Pointed | { readonly fault: FaultReport } => {
  const { trace, answer } = takeApart(text)
  const objects = jsonObjectsIn(answer ?? '').filter((value) => 'points' in (value as object))
  const found = objects.length > 0 ? objects : pairsIn(answer ?? '')
  const said = /^\s*\[\s*\]\s*$/.test(answer ?? '')
  if (!image || (found.length === 0 && !said)) {
    return { fault: answerLost(task, 'answer-unreadable', 'points in an image', snippet(answer ?? text)) }
  }
  const { items, faults } = readItems(task, found, { key: 'points', most: LABELS, item })
  const read = items.flatMap(({ points, label }) =>
    points.map((point) => ({ label, ...readPoint(task, image, point) })),
  )
  return {
    points: read.flatMap(({ point, label }) => (point ? [{ point, label }] : [])),
    trace,
    faults: [...faults, ...read.flatMap((each) => each.faults)],
  }
}

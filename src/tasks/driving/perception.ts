import { create } from '@bufbuild/protobuf'
import { z } from 'zod'
import {
  type FaultReport,
  type FrameSet,
  type ImageSizes,
  Perception_Light as Light,
  Perception_LightState as LightState,
  type ModelRequest,
  Perception_Motion as Motion,
  Perception_Occlusion as Occlusion,
  type Perception,
  PerceptionSchema,
  Perception_Relevance as Relevance,
  Perception_Road as Road,
  VIEWS,
  Perception_Weather as Weather,
} from '#messages'
import { longestAnswerTokens } from '../answer-budget.ts'
import { answerLost, snippet } from '../answer-fault.ts'
import { jsonObjectsIn } from '../answer-json.ts'
import { type AnswerSchema, choice, line, listUpTo, object, tuple, whole } from '../answer-schema.ts'
import { wordOr } from '../answer-word.ts'
import { largestSides, MAX_SIDE, pixelsText } from '../image-space.ts'
import { type ItemList, readItems } from '../read-items.ts'
import type { Task } from '../task.ts'
import { takeApart, thinkingLimits } from '../thinking.ts'
import { type DrivingInput, drivingRequest } from './driving-request.ts'
import { freeItems } from './free-items.ts'
import type { PerceptionConfig } from './perception-config.ts'
import {
  KINDS,
  kindOf,
  LIGHT_STATES,
  LIGHTS,
  MOTIONS,
  OCCLUSIONS,
  RELEVANCES,
  ROADS,
  WEATHERS,
} from './perception-words.ts'
import { type Located, located, placeOf } from './read-located.ts'

const NAME = 'driving/perception'

/** Two in each of six views: what a plan can depend on is near. */
const OBJECTS = 12
/** A signal for each direction of one intersection. */
const TRAFFIC_LIGHTS = 4
const SIGNS = 4
/** One sentence of about 16 words. */
const WORDS_CHARACTERS = 100
/** The longest lines of a road sign. */
const SIGN_CHARACTERS = 24
/** Free words: longer is no label, no sign and no sentence. */
const FREE_CHARACTERS = 1000

const wordsOf = (values: Readonly<Record<string, unknown>>): readonly string[] => Object.keys(values)

/** The answer for images with these views, none wider or higher than this; pixels. */
const answerSchemaFor = (views: readonly string[], width: number, height: number): AnswerSchema => {
  const place = {
    view: choice(...views),
    bbox_2d: tuple(whole(0, width), whole(0, height), whole(0, width), whole(0, height)),
  }
  const relevance = choice(...wordsOf(RELEVANCES))
  return object({
    objects: listUpTo(
      OBJECTS,
      object({
        ...place,
        label: choice(...wordsOf(KINDS)),
        motion: choice(...wordsOf(MOTIONS)),
        occlusion: choice(...wordsOf(OCCLUSIONS)),
      }),
    ),
    traffic_lights: listUpTo(TRAFFIC_LIGHTS, object({ ...place, state: choice(...wordsOf(LIGHT_STATES)), relevance })),
    signs: listUpTo(SIGNS, object({ ...place, text: line(SIGN_CHARACTERS), relevance })),
    lanes: line(WORDS_CHARACTERS),
    drivable_space: line(WORDS_CHARACTERS),
    road: choice(...wordsOf(ROADS)),
    weather: choice(...wordsOf(WEATHERS)),
    light: choice(...wordsOf(LIGHTS)),
  })
}

/** For any images: the longest of the answers that a request may allow. */
const answerSchema = answerSchemaFor(VIEWS, MAX_SIDE, MAX_SIDE)

export interface PerceptionInput extends DrivingInput<PerceptionConfig> {
  /** Of every view in the frame set; others may be there too. */
  readonly imageSizes: readonly ImageSizes[]
}

const list = (values: Readonly<Record<string, unknown>>): string => wordsOf(values).join('|')

/** `when`: which of the instants that the images show; empty where there is one. */
const formatText = (images: readonly ImageSizes[], when: string): string =>
  [
    `Describe the scene${when}. ${pixelsText(images)} Boxes are "bbox_2d" = [x1,y1,x2,y2] in pixels of the view named in "view" (${images.map(({ view }) => view).join('|')}). Answer with JSON only:`,
    `"objects" = up to ${OBJECTS}, what matters most for the ego first, each with view, bbox_2d, "label" (${list(KINDS)}), "motion" (${list(MOTIONS)}), "occlusion" (${list(OCCLUSIONS)});`,
    `"traffic_lights" = up to ${TRAFFIC_LIGHTS}, each with view, bbox_2d, "state" (${list(LIGHT_STATES)}), "relevance" = whose way it rules (${list(RELEVANCES)});`,
    `"signs" = up to ${SIGNS}, each with view, bbox_2d, "text", "relevance";`,
    `"lanes" and "drivable_space" = one sentence each; "road" (${list(ROADS)}); "weather" (${list(WEATHERS)}); "light" (${list(LIGHTS)}).`,
  ].join('\n')

const maxNewTokens = ({ answerTokenBudget, thinking }: PerceptionConfig): number =>
  thinkingLimits(thinking, answerSchema, longestAnswerTokens(NAME, answerSchema, answerTokenBudget)).maxNewTokens

/** Sizes of the set's views, in the model's order; images of a view taken earlier have the same. */
const sizesOf = ({ views }: FrameSet, imageSizes: readonly ImageSizes[]): readonly ImageSizes[] =>
  VIEWS.filter((name) => views.some(({ view, image }) => view === name && image)).map((name) => {
    const sizes = imageSizes.find(({ view }) => view === name)
    if (!sizes) throw new Error(`the sizes of the image of view ${name} are not given`)
    return sizes
  })

/** Asks what is to be seen in one set of frames. Throws OutriderError TASK_BUDGET as `maxNewTokens` does. */
export const buildPerceptionRequest = (input: PerceptionInput): ModelRequest => {
  const imageSizes = sizesOf(input.frameSet, input.imageSizes)
  const { width, height } = largestSides(imageSizes)
  const views = imageSizes.length === 0 ? VIEWS : imageSizes.map(({ view }) => view)
  return drivingRequest(input, {
    task: NAME,
    text: formatText(imageSizes, input.earlier?.length ? ' at 0.00 s' : ''),
    answerSchema: answerSchemaFor(views, width, height),
    answerTokens: longestAnswerTokens(NAME, answerSchema, input.config.answerTokenBudget),
    imageSizes,
  })
}

const items = z.array(z.unknown()).optional()
const sentence = z.string().max(FREE_CHARACTERS).default('')

/** Words that are none of those asked for count as unknown. */
const answer = z
  .object({
    objects: items,
    traffic_lights: items,
    signs: items,
    lanes: sentence,
    drivable_space: sentence,
    road: wordOr(ROADS, Road.UNSPECIFIED),
    weather: wordOr(WEATHERS, Weather.UNSPECIFIED),
    light: wordOr(LIGHTS, Light.UNSPECIFIED),
  })
  .refine(({ objects, traffic_lights, signs }) => objects || traffic_lights || signs, 'no list of what is there')

const relevance = wordOr(RELEVANCES, Relevance.UNSPECIFIED)
const objectItem = located.and(
  z.object({
    label: z.string().max(FREE_CHARACTERS),
    motion: wordOr(MOTIONS, Motion.UNSPECIFIED),
    occlusion: wordOr(OCCLUSIONS, Occlusion.UNSPECIFIED),
  }),
)
const lightItem = located.and(z.object({ state: wordOr(LIGHT_STATES, LightState.UNSPECIFIED), relevance }))
const signItem = located.and(z.object({ text: z.string().max(FREE_CHARACTERS), relevance }))

/** Reads the constrained form, and MiMo-Embodied's own lists of boxes and points. Faults tell what was mended or lost. */
export const parsePerception = (
  text: string,
  request: ModelRequest,
): { readonly perception: Perception; readonly faults: readonly FaultReport[] } | { readonly fault: FaultReport } => {
  const { trace, answer: free } = takeApart(text)
  const unreadable = (found: string) => ({
    fault: answerLost(NAME, 'answer-unreadable', 'one JSON object with objects, traffic_lights and signs', found),
  })
  if (free === undefined) return unreadable(`a think block that never ends: ${snippet(text)}`)
  // The last object is the answer: what stands before it is the model talking to itself.
  const said = jsonObjectsIn(free).findLast((value) => answer.safeParse(value).success)
  const read = answer.safeParse(said ?? freeItems(free)).data
  if (!read) return unreadable(`none in ${snippet(free)}`)

  const faults: FaultReport[] = []
  /** Items of one list with their places; what has none in its image is lost. */
  const placed = <Item extends Located>(found: readonly unknown[] | undefined, list: ItemList<Item>) => {
    const { items, faults: badItems } = readItems(NAME, found ?? [], list)
    faults.push(...badItems)
    return items.flatMap((item) => {
      const { box, points, faults: badPlaces } = placeOf(NAME, request.imageSizes, item)
      faults.push(...badPlaces)
      return box || points.length > 0 ? [{ ...item, place: { ...(box && { box }), points: [...points] } }] : []
    })
  }
  const perception = create(PerceptionSchema, {
    requestId: request.requestId,
    referenceTimeNs: request.referenceTimeNs,
    objects: placed(read.objects, { key: 'objects', most: OBJECTS, item: objectItem }).map(
      ({ label, motion, occlusion, place }) => ({ ...place, kind: kindOf(label), label, motion, occlusion }),
    ),
    trafficLights: placed(read.traffic_lights, { key: 'traffic_lights', most: TRAFFIC_LIGHTS, item: lightItem }).map(
      ({ state, relevance, place }) => ({ ...place, state, relevance }),
    ),
    signs: placed(read.signs, { key: 'signs', most: SIGNS, item: signItem }).map(
      ({ text: words, relevance, place }) => ({
        ...place,
        text: words,
        relevance,
      }),
    ),
    lanes: read.lanes,
    drivableSpace: read.drivable_space,
    road: read.road,
    weather: read.weather,
    light: read.light,
    trace,
  })
  return { perception, faults }
}

/** What is to be seen in one set of frames, in the images. */
export const perceptionTask: Task<
  PerceptionInput,
  { readonly perception: Perception; readonly faults: readonly FaultReport[] },
  PerceptionConfig
> = { name: NAME, answerSchema, maxNewTokens, buildRequest: buildPerceptionRequest, parse: parsePerception }

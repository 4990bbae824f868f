import { boxPixels } from '#geometry'
import { type ImageBox, type Perception, PixelSpace } from '#messages'
import { wordFor } from '../answer-word.ts'
import { KINDS, LIGHT_STATES, LIGHTS, MOTIONS, OCCLUSIONS, RELEVANCES, ROADS, WEATHERS } from './perception-words.ts'

/** Boxes are said in whole pixels of the resized image; the nearest. */
const placeOf = (box: ImageBox | undefined): { view: string; bbox_2d: number[] } => {
  if (!box) throw new Error('what is said in a constrained answer has a box')
  const { minX, minY, maxX, maxY } = boxPixels(box, PixelSpace.RESIZED)
  return { view: box.image?.view ?? '', bbox_2d: [minX, minY, maxX, maxY].map(Math.round) }
}

/** The perception as the constrained answer that says it. Points, free labels and the trace have no place there. */
export const perceptionAnswerText = (perception: Perception): string =>
  JSON.stringify({
    objects: perception.objects.map(({ box, kind, motion, occlusion }) => ({
      ...placeOf(box),
      label: wordFor(KINDS, kind),
      motion: wordFor(MOTIONS, motion),
      occlusion: wordFor(OCCLUSIONS, occlusion),
    })),
    traffic_lights: perception.trafficLights.map(({ box, state, relevance }) => ({
      ...placeOf(box),
      state: wordFor(LIGHT_STATES, state),
      relevance: wordFor(RELEVANCES, relevance),
    })),
    signs: perception.signs.map(({ box, text, relevance }) => ({
      ...placeOf(box),
      text,
      relevance: wordFor(RELEVANCES, relevance),
    })),
    lanes: perception.lanes,
    drivable_space: perception.drivableSpace,
    road: wordFor(ROADS, perception.road),
    weather: wordFor(WEATHERS, perception.weather),
    light: wordFor(LIGHTS, perception.light),
  })

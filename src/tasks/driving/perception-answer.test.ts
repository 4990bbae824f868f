import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boxInSpace, boxPixels, imageBox, pointPixels } from '#geometry'
import {
  encode,
  Perception_Kind as Kind,
  Perception_LightState as LightState,
  Perception_Motion as Motion,
  Perception_Occlusion as Occlusion,
  type Perception,
  PerceptionSchema,
  PixelSpace,
  Perception_Relevance as Relevance,
  Perception_Road as Road,
  VIEWS,
  Perception_Weather as Weather,
} from '#messages'
import type { AnswerSchema } from '../answer-schema.ts'
import { arbitraryAnswer } from '../testing/arbitrary-answer.ts'
import { frameSet, imageSizes, T0 } from '../testing/frame-set.ts'
import { buildPerceptionRequest, parsePerception } from './perception.ts'
import { perceptionAnswerText } from './perception-answer-text.ts'
import { perceptionConfig } from './perception-config.ts'
import { kindOf } from './perception-words.ts'
import { planConfig } from './plan-config.ts'

const config = perceptionConfig.parse({})
const opening = planConfig.parse({})
const sizes = VIEWS.map((view) => imageSizes(view))
const ask = (views: readonly string[] = VIEWS) =>
  buildPerceptionRequest({ requestId: 7n, frameSet: frameSet(views), imageSizes: sizes, opening, config })
const request = ask()

const read = (text: string, asked = request) => {
  const result = parsePerception(text, asked)
  if ('fault' in result) throw new Error(result.fault.message)
  return result
}
const codes = (text: string, asked = request): string[] => read(text, asked).faults.map(({ code }) => code)
const object = (fields: object) => JSON.stringify({ objects: [{ view: 'front', label: 'car', ...fields }] })

const SCENE: Perception = create(PerceptionSchema, {
  requestId: 7n,
  referenceTimeNs: T0,
  objects: [
    {
      kind: Kind.PEDESTRIAN,
      label: 'pedestrian',
      box: imageBox(sizes[0]!, PixelSpace.RESIZED, { minX: 10, minY: 20, maxX: 30, maxY: 80 }),
      motion: Motion.CROSSING,
      occlusion: Occlusion.PARTLY,
    },
  ],
  trafficLights: [
    {
      box: imageBox(sizes[2]!, PixelSpace.RESIZED, { minX: 600, minY: 0, maxX: 644, maxY: 60 }),
      state: LightState.RED,
      relevance: Relevance.EGO,
    },
  ],
  signs: [
    {
      box: imageBox(sizes[1]!, PixelSpace.RESIZED, { minX: 1, minY: 2, maxX: 3, maxY: 4 }),
      text: 'STOP',
      relevance: Relevance.UNSPECIFIED,
    },
  ],
  lanes: 'Two lanes, the ego in the left one.',
  drivableSpace: 'Free to the stop line.',
  road: Road.INTERSECTION,
  weather: Weather.RAIN,
})

describe('the answer', () => {
  it('says a scene and is read as that scene', () => {
    expect(read(perceptionAnswerText(SCENE))).toEqual({ perception: SCENE, faults: [] })
  })

  it.each([
    ['after an empty think block', (text: string) => `<think>\n</think>\n${text}`],
    ['in a code fence', (text: string) => `Here it is:\n\`\`\`json\n${text}\n\`\`\`\nDrive safely.`],
    ['in a box', (text: string) => `\\boxed{${text}}`],
    ['after another that was thought better of', (text: string) => `{"objects":[]} Or rather: ${text}`],
  ])('is read %s', (_, around) => {
    expect(read(around(perceptionAnswerText(SCENE))).perception).toEqual(SCENE)
  })

  it('keeps the thoughts apart', () => {
    const { perception } = read(`<think>A red light.\n</think>\n${perceptionAnswerText(SCENE)}`)
    expect(perception).toEqual({ ...SCENE, trace: 'A red light.' })
  })

  it('is read whatever the grammar lets through, with every box inside its image', () => {
    fc.assert(
      fc.property(arbitraryAnswer(JSON.parse(request.answerSchemaJson) as AnswerSchema), (text) => {
        expect(Buffer.byteLength(text)).toBeLessThan(request.maxNewTokens)
        const { perception, faults } = read(text)
        expect(faults.every(({ code }) => ['box-cut', 'box-corners-swapped', 'box-empty'].includes(code))).toBe(true)
        const { objects, trafficLights, signs } = perception
        const lost = faults.filter(({ code }) => code === 'box-empty').length
        const said = JSON.parse(text)
        expect(objects.length + trafficLights.length + signs.length + lost).toBe(
          said.objects.length + said.traffic_lights.length + said.signs.length,
        )
        for (const { box } of [...objects, ...trafficLights, ...signs]) {
          const { minX, minY, maxX, maxY } = boxPixels(box!, PixelSpace.RESIZED)
          expect(0 <= minX && minX < maxX && maxX <= 644 && 0 <= minY && minY < maxY && maxY <= 364).toBe(true)
          expect(boxInSpace(boxInSpace(box!, PixelSpace.ORIGINAL), PixelSpace.RESIZED)).toEqual(box)
        }
      }),
    )
  })

  it.each([
    ['cut at the edge', [-5, 10, 700, 80], [0, 10, 644, 80], ['box-cut']],
    ['put in order', [30, 80, 10, 20], [10, 20, 30, 80], ['box-corners-swapped']],
    ['both', [700, 80, 10, -20], [10, 0, 644, 80], ['box-corners-swapped', 'box-cut']],
    ['taken as it is on the very edge', [0, 0, 644, 364], [0, 0, 644, 364], []],
    ['taken with fractions', [1.5, 2.25, 3, 4], [1.5, 2.25, 3, 4], []],
  ])('has its box %s, and never in silence', (_, bbox_2d, [minX, minY, maxX, maxY], faults) => {
    const { perception, faults: found } = read(object({ bbox_2d }))
    expect(boxPixels(perception.objects[0]!.box!, PixelSpace.RESIZED)).toEqual({ minX, minY, maxX, maxY })
    expect(found.map(({ code }) => code)).toEqual(faults)
  })

  it.each([
    ['outside its image', { bbox_2d: [700, 10, 800, 80] }, 'box-outside'],
    ['outside by far', { bbox_2d: [1e300, -1e300, 1e301, -1e299] }, 'box-outside'],
    ['without an area', { bbox_2d: [10, 10, 10, 80] }, 'box-empty'],
    ['in a view that is none', { view: 'roof', bbox_2d: [1, 2, 3, 4] }, 'view-unknown'],
    ['in no view', { view: undefined, bbox_2d: [1, 2, 3, 4] }, 'view-unknown'],
    ['of three numbers', { bbox_2d: [1, 2, 3] }, 'item-unreadable'],
    ['of words', { bbox_2d: ['1', '2', '3', '4'] }, 'item-unreadable'],
    ['that is not there', {}, 'item-unreadable'],
    ['pointed at outside', { points: [[-1, 5]] }, 'point-outside'],
  ])('loses an object with a box %s, and counts it', (_, fields, code) => {
    expect(read(object(fields)).perception.objects).toEqual([])
    expect(codes(object(fields))).toEqual([code])
  })

  it('loses and counts a box in a view whose camera was silent', () => {
    expect(codes(object({ view: 'back', bbox_2d: [1, 2, 3, 4] }), ask(['front', 'front_left']))).toEqual([
      'view-unknown',
    ])
  })

  it('keeps what is good beside what is bad', () => {
    const objects = [7, { view: 'front view', bbox_2d: [1, 2, 3, 4], label: 'Car' }, null]
    const { perception, faults } = read(JSON.stringify({ objects }))
    expect(perception.objects.map(({ label }) => label)).toEqual(['Car'])
    expect(faults.map(({ code }) => code)).toEqual(['item-unreadable', 'item-unreadable'])
  })

  it('takes as many as were asked for, and counts that there were more', () => {
    const objects = Array.from({ length: 20 }, () => ({ view: 'front', bbox_2d: [1, 2, 3, 4], label: 'car' }))
    expect(read(JSON.stringify({ objects })).perception.objects).toHaveLength(12)
    expect(codes(JSON.stringify({ objects }))).toEqual(['answer-surplus'])
  })

  it('counts words that are none of ours as unknown', () => {
    const text = '{"signs":[],"weather":"hail","road":"Parking","light":7}'
    expect(read(text).perception).toMatchObject({ weather: 0, light: 0, road: Road.PARKING })
  })

  it.each(['', 'I see nothing.', '{"objects":7}', '{"lanes":"two"}', '<think> a red light {"objects":[]}', '[]'])(
    'that is none is a fault: %j',
    (text) => {
      expect(parsePerception(text, request)).toMatchObject({ fault: { code: 'answer-unreadable', source: 'tasks' } })
    },
  )
})

describe("MiMo-Embodied's own answers", () => {
  const front = ask(['front'])

  it('of boxes and labels become objects, lights and signs', () => {
    const text = `<think>\n</think>\n\`\`\`json
[
  {"bbox_2d": [10, 20, 30, 80], "label": "person on a bicycle"},
  {"bbox_2d": [100, 20, 110, 40], "label": "red traffic light"},
  {"bbox_2d": [200, 20, 210, 40], "label": "speed limit sign"},
  {"bbox_2d": [300, 200, 400, 300], "caption": "white van that brakes"}
]
\`\`\``
    const { perception, faults } = read(text, front)
    expect(faults).toEqual([])
    expect(perception.objects.map(({ kind, label }) => [kind, label])).toEqual([
      [Kind.PEDESTRIAN, 'person on a bicycle'],
      [Kind.CAR, 'white van that brakes'],
    ])
    expect(perception.trafficLights).toMatchObject([{ state: LightState.RED, relevance: Relevance.UNSPECIFIED }])
    expect(perception.signs).toMatchObject([{ text: 'speed limit sign' }])
    expect(boxPixels(perception.trafficLights[0]!.box!, PixelSpace.ORIGINAL)).toEqual({
      minX: (100 * 1600) / 644,
      minY: (20 * 900) / 364,
      maxX: (110 * 1600) / 644,
      maxY: (40 * 900) / 364,
    })
  })

  it('of points become objects that are pointed at', () => {
    const text = '[{"points": [[161, 91], [700, 1]], "label": "the nearest pedestrian"}]'
    const { perception, faults } = read(text, front)
    expect(perception.objects[0]).toMatchObject({ kind: Kind.PEDESTRIAN })
    expect(perception.objects[0]!.box).toBeUndefined()
    expect(perception.objects[0]!.points.map((point) => pointPixels(point, PixelSpace.ORIGINAL))).toEqual([
      { x: 400, y: 225 },
    ])
    expect(faults.map(({ code }) => code)).toEqual(['point-outside'])
  })

  it('of a box in a box are understood', () => {
    const { perception } = read('The car ahead: \\boxed{[12, 30, 200.5, 180]}', front)
    expect(perception.objects).toMatchObject([{ kind: Kind.UNSPECIFIED, label: '' }])
    expect(boxPixels(perception.objects[0]!.box!, PixelSpace.RESIZED)).toEqual({
      minX: 12,
      minY: 30,
      maxX: 200.5,
      maxY: 180,
    })
  })

  it('about six images must say which', () => {
    expect(codes('[{"bbox_2d": [10, 20, 30, 80], "label": "car"}]')).toEqual(['view-unknown'])
    expect(codes('[{"bbox_2d": [10, 20, 30, 80], "label": "car", "view": "Back Left"}]')).toEqual([])
  })
})

describe('any text', () => {
  it('gives a scene or a fault, and never throws', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constantFrom(
        '<think>',
        '</think>',
        '{"objects":[',
        ']}',
        '{"bbox_2d":[',
        '\\boxed{',
        '```json',
        perceptionAnswerText(SCENE),
      ),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const result = parsePerception(pieces.join(''), request)
        if ('fault' in result) expect(result.fault.code).toBe('answer-unreadable')
        else encode(PerceptionSchema, result.perception)
      }),
    )
  })

  it('near a good one gives a scene that can be written down, or a fault', () => {
    const text = perceptionAnswerText(SCENE)
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(10), fc.string({ maxLength: 5 }), (at, gone, put) => {
        const result = parsePerception(text.slice(0, at) + put + text.slice(at + gone), request)
        if (!('fault' in result)) encode(PerceptionSchema, result.perception)
      }),
    )
  })
})

it.each([
  ['a white car behind the bus', Kind.CAR],
  ['Buses', Kind.BUS],
  ['cyclists', Kind.BICYCLE],
  ['traffic cone', Kind.CONE],
  ['something strange', Kind.OTHER],
  ['constructor', Kind.OTHER],
  ['  ', Kind.UNSPECIFIED],
])('a label %j is of kind %i', (label, kind) => {
  expect(kindOf(label)).toBe(kind)
})

import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pointPixels } from '#geometry'
import { ImageRefSchema, type ModelRequest, PixelSpace } from '#messages'
import type { AnswerSchema } from '../answer-schema.ts'
import { longestAnswerBytes } from '../longest-answer.ts'
import type { Task } from '../task.ts'
import { arbitraryAnswer } from '../testing/arbitrary-answer.ts'
import { imageSizes, promptText, T0 } from '../testing/frame-set.ts'
import { affordanceTask } from './affordance.ts'
import { embodiedConfig } from './embodied-config.ts'
import { pointTask } from './point.ts'
import type { Pointed } from './points.ts'
import { spatialTask } from './spatial.ts'
import { taskPlanTask } from './task-plan.ts'

const image = create(ImageRefSchema, { topic: '/sensors/camera/front', eventTimeNs: T0 })
const asked = {
  requestId: 7n,
  referenceTimeNs: T0,
  image,
  images: [image],
  imageSizes: imageSizes(''),
  config: embodiedConfig.parse({}),
}
const unthinking = { ...asked, config: embodiedConfig.parse({ thinking: { mode: 'off' } }) }

const REQUESTS: Record<string, ModelRequest> = {
  point: pointTask.buildRequest({ ...asked, description: 'the red cup left of the plate' }),
  affordance: affordanceTask.buildRequest({ ...asked, object: 'the mug', action: 'lift it' }),
  'spatial-choice': spatialTask.buildRequest({
    ...asked,
    question: 'Where is the chair from the table?',
    answers: ['left', 'right', 'behind'],
  }),
  'spatial-yes-no': spatialTask.buildRequest({
    ...asked,
    question: 'Can the chair be placed left of the table?',
    answers: 'yes-no',
  }),
  'task-plan-choice': taskPlanTask.buildRequest({
    ...asked,
    images: [],
    video: { frames: [image, image], fps: 2 },
    goal: 'make tea',
    done: [],
    options: ['pour water', 'open the tap'],
  }),
  'task-plan-steps': taskPlanTask.buildRequest({
    ...asked,
    goal: 'please tidy the desk',
    done: ['take the pen', 'put the pen in the stand'],
    options: [],
  }),
}

describe('the question', () => {
  it.each(Object.keys(REQUESTS))('%s reads so', async (name) => {
    await expect(promptText(REQUESTS[name]!)).toMatchFileSnapshot(`golden/${name}.txt`)
  })

  it('lets MiMo-Embodied think where it was let think, and says the steps at once', () => {
    const free = Object.entries(REQUESTS).filter(([, { answerSchemaJson }]) => answerSchemaJson === '')
    expect(free.map(([name]) => name)).toEqual([
      'point',
      'affordance',
      'spatial-choice',
      'spatial-yes-no',
      'task-plan-choice',
    ])
  })

  it.each<[string, Pick<Task<never, object, typeof asked.config>, 'answerSchema' | 'maxNewTokens'>]>([
    ['point', pointTask],
    ['affordance', affordanceTask],
    ['spatial', spatialTask],
    ['task-plan', taskPlanTask],
  ])('%s never needs more tokens than it asks for, and says when the budget is less', (_, task) => {
    const longest = longestAnswerBytes(task.answerSchema) + 1
    expect(task.maxNewTokens(unthinking.config)).toBe(longest)
    expect(task.maxNewTokens(asked.config)).toBe(longest + 1024)
    expect(() => task.maxNewTokens({ ...asked.config, answerTokenBudget: 10 })).toThrow(/TASK_BUDGET/)
  })

  it('with more options than letters is a bug', () => {
    expect(() => spatialTask.buildRequest({ ...asked, question: 'Which?', answers: Array(9).fill('x') })).toThrow(
      /at most 8/,
    )
  })
})

const request = pointTask.buildRequest({ ...unthinking, description: 'cups' })
const points = (text: string) => {
  const read = pointTask.parse(text, request) as Pointed
  return {
    places: read.points.map(({ point }) => Object.values(pointPixels(point, PixelSpace.RESIZED))),
    labels: read.points.map(({ label }) => label),
    trace: read.trace,
    codes: read.faults.map(({ code }) => code),
  }
}

describe('an answer that points', () => {
  it.each([
    [
      'as asked for',
      '[{"points": [[1, 2], [30.5, 4]], "label": "cups"}]',
      [
        [1, 2],
        [30.5, 4],
      ],
      ['cups', 'cups'],
    ],
    ['after thoughts, in a fence', '<think>a [9, 9]\n</think>\n```json\n[{"points": [[1, 2]]}]\n```', [[1, 2]], ['']],
    [
      'as tuples',
      'They are at (1, 2), (3, 4).',
      [
        [1, 2],
        [3, 4],
      ],
      ['', ''],
    ],
    [
      'as bare pairs',
      '\\boxed{[[1, 2], [3, 4]]}',
      [
        [1, 2],
        [3, 4],
      ],
      ['', ''],
    ],
    ['at nothing', '[]', [], []],
  ])('is read %s', (_, text, places, labels) => {
    expect(points(text)).toMatchObject({ places, labels, codes: [] })
  })

  it('maps to the original image', () => {
    const { points: read } = pointTask.parse('[[322, 182]]', request) as Pointed
    expect(pointPixels(read[0]!.point, PixelSpace.ORIGINAL)).toEqual({ x: 800, y: 450 })
  })

  it('loses points outside the image, and counts them', () => {
    expect(points('[{"points": [[-1, 2], [644, 3], [5, 6]], "label": ""}]')).toMatchObject({
      places: [[5, 6]],
      codes: ['point-outside', 'point-outside'],
    })
  })

  it.each(['', 'nowhere', '<think>[1, 2]'])('that is none is a fault: %j', (text) => {
    expect(affordanceTask.parse(text, request)).toMatchObject({ fault: { code: 'answer-unreadable' } })
  })

  it('is read whatever the grammar lets through', () => {
    fc.assert(
      fc.property(arbitraryAnswer(JSON.parse(request.answerSchemaJson) as AnswerSchema), (text) => {
        const said = JSON.parse(text) as { points: unknown[] }[]
        expect(points(text)).toMatchObject({ places: said.flatMap((each) => each.points), codes: [] })
      }),
    )
  })
})

describe('a short answer', () => {
  it.each([
    ['<think>left?\n</think>\nIt is \\boxed{B}.', { text: 'B', letter: 'B', trace: 'left?' }],
    ['first \\boxed{A} then \\boxed{\\text{C}}', { text: 'C', letter: 'C' }],
    ['"D"', { text: 'D', letter: 'D' }],
    ['b', { text: 'b', letter: 'B' }],
    ['(A) left', { letter: 'A' }],
    ['The answer is C', { letter: 'C' }],
    ['A chair', { text: 'A chair', letter: undefined }],
    ['I', { letter: undefined }],
    ['\\boxed{Yes}', { text: 'Yes', yes: true }],
    ['No, it does not fit.', { yes: false }],
    ['north', { yes: undefined, text: 'north' }],
    ['\\boxed{2.5 m}', { text: '2.5 m', letter: undefined, yes: undefined }],
  ])('%j is read', (text, expected) => {
    const read = spatialTask.parse(text, request)
    for (const [key, value] of Object.entries(expected)) expect(read[key as keyof typeof read], key).toBe(value)
  })

  it.each(['', '<think>', '\\boxed{}'])('%j is a fault', (text) => {
    expect(spatialTask.parse(text, request)).toMatchObject({ fault: { code: 'answer-unreadable' } })
  })
})

describe('a task plan', () => {
  it.each([
    ['1- take the cup 2- put the cup on the shelf', { steps: ['take the cup', 'put the cup on the shelf'] }],
    ['["take the cup","put it down"]', { steps: ['take the cup', 'put it down'] }],
    ['1. take the cup\n2. put it down', { steps: ['take the cup', 'put it down'] }],
    ['take the cup', { steps: ['take the cup'] }],
    ['<think>\n</think>\n\\boxed{B}', { letter: 'B', steps: [] }],
    ['["a","b","c","d","e","f"]', { steps: ['a', 'b', 'c', 'd', 'e'] }],
  ])('%j is read', (text, expected) => {
    expect(taskPlanTask.parse(text, request)).toMatchObject(expected)
  })

  it('is read whatever the grammar lets through', () => {
    fc.assert(
      fc.property(arbitraryAnswer(taskPlanTask.answerSchema), (text) => {
        const steps = (JSON.parse(text) as string[]).map((step) => step.trim()).filter((step) => step !== '')
        expect(taskPlanTask.parse(text, request)).toEqual({ steps, trace: '' })
      }),
    )
  })
})

it('any text gives an answer or a fault, and never throws', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('<think>', '</think>', '\\boxed{', '}', '[{"points": [[1, 2]]', '[1, 2]', '"A"', '1- '),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      for (const { parse } of [pointTask, affordanceTask, spatialTask, taskPlanTask]) {
        const read = parse(pieces.join(''), request)
        if ('fault' in read) expect(read.fault.code).toBe('answer-unreadable')
      }
    }),
  )
})

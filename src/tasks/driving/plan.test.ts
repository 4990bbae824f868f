import { create, type MessageInitShape } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encode,
  FrameSetSchema,
  type ModelRequest,
  ModelRequestSchema,
  type Plan,
  Plan_PathAction,
  Plan_SpeedAction,
  RouteCommand_Command,
  RouteCommandSchema,
  VIEWS,
} from '#messages'
import { longestAnswerBytes } from '../longest-answer.ts'
import { requestSha256 } from '../seal-request.ts'
import { buildPlanRequest, parsePlan, planAnswerText, planTask } from './plan.ts'
import { planConfig } from './plan-config.ts'

const config = planConfig.parse({})
const T0 = 1_700_000_000_000_000_000n

const frameSet = (views: readonly string[] = VIEWS, rest: MessageInitShape<typeof FrameSetSchema> = {}) =>
  create(FrameSetSchema, {
    number: 1n,
    referenceTimeNs: T0,
    // As a rig might have them: not the model's order.
    views: [...views].reverse().map((view, index) => ({
      view,
      image: {
        topic: `/sensors/camera/${view}`,
        eventTimeNs: T0 + BigInt(index),
        payloadSha256: new Uint8Array(32).fill(VIEWS.indexOf(view as never)),
      },
      captureTimeNs: T0,
    })),
    missingViews: VIEWS.filter((view) => !views.includes(view)),
    ...rest,
  })

const request = buildPlanRequest({ requestId: 7n, frameSet: frameSet(), config })
const userParts = ({ messages }: ModelRequest) => messages[1]?.parts.map(({ part }) => part) ?? []
const textOf = (asked: ModelRequest): string => userParts(asked).find((part) => part.case === 'text')?.value as string

const POSES = [
  [2.5, 0, 0],
  [5, 0.02, 0.01],
  [7.5, 0.05, 0.01],
  [10, 0.1, 0.02],
  [12.51, 0.15, 0.02],
  [15, 0.21, 0.03],
  [17.5, 0.29, 0.03],
  [20, -0.38, -0.04],
] as const
const answerText = `{"speed":"keep","path":"straight","poses":[${POSES.map(([x, y, h]) => `[${x.toFixed(2)},${y.toFixed(2)},${h.toFixed(2)}]`).join(',')}],"reason":"The lane ahead is free."}`

describe('the question for a plan', () => {
  it('has the images in the order the model was trained on, then the text, then the switch as a part of its own', () => {
    expect(request.messages.map(({ role }) => role)).toEqual(['system', 'user'])
    expect(request.messages[0]?.parts.map(({ part }) => part.value)).toEqual(['You are a helpful assistant.'])
    const parts = userParts(request)
    expect(parts.map((part) => (part.case === 'image' ? part.value.topic : part.case))).toEqual([
      ...VIEWS.map((view) => `/sensors/camera/${view}`),
      'text',
      'text',
    ])
    expect(parts.at(-1)?.value).toBe(' /no_think')
  })

  it('names six views in the words of the training', () => {
    expect(textOf(request).split('\n')[0]).toBe(
      '1: <image> 2: <image> 3: <image> 4: <image> 5: <image> 6: <image>. These six images are the front view, front left view, front right view, back view, back left view and back right view of the ego vehicle.',
    )
  })

  it.each([
    [
      ['front', 'back'],
      '1: <image> 2: <image>. These two images are the front view and back view of the ego vehicle. Missing: the front left view, front right view, back left view and back right view.',
    ],
    [
      ['front'],
      '1: <image>. This image is the front view of the ego vehicle. Missing: the front left view, front right view, back view, back left view and back right view.',
    ],
    [
      [],
      'There are no images. Missing: the front view, front left view, front right view, back view, back left view and back right view.',
    ],
  ])('names what is there and what is missing of %j', (views, line) => {
    expect(textOf(buildPlanRequest({ requestId: 1n, frameSet: frameSet(views), config })).split('\n')[0]).toBe(line)
  })

  it('says unknown, and never 0, where the car does not know', () => {
    const text = textOf(request)
    expect(text).toContain('Speed: unknown. Acceleration: unknown. Yaw rate: unknown.')
    expect(text).toContain('Ego history [t s,x,y,heading,speed]: unknown.')
    expect(text).toContain('Route: unknown.')
  })

  it('tells the motion and where the ego came from', () => {
    const egoHistory = [
      { timeS: -1, xM: -5.004, yM: 0.101, headingRad: -0.004, speedMps: 5 },
      { timeS: -0.5, speedMps: 5.1 },
      { timeS: 0, xM: 0, yM: 0, headingRad: 0, speedMps: 5.2, accelerationMps2: -0.304, yawRateRadps: 0.05 },
    ]
    const told = (historyS: number) =>
      textOf(
        buildPlanRequest({
          requestId: 1n,
          frameSet: frameSet(VIEWS, { egoHistory }),
          config: planConfig.parse({ historyS }),
        }),
      )
    expect(told(3)).toContain('Speed: 5.20 m/s. Acceleration: -0.30 m/s^2. Yaw rate: 0.05 rad/s.')
    expect(told(3)).toContain(': [-1.00,-5.00,0.10,0.00,5.00][-0.50,unknown,unknown,unknown,5.10].')
    expect(told(0.5)).toContain(': [-0.50,unknown,unknown,unknown,5.10].')
  })

  it.each([
    [RouteCommand_Command.UNKNOWN, 30, 'Route: unknown.'],
    [RouteCommand_Command.STRAIGHT, undefined, 'Route: go straight.'],
    [RouteCommand_Command.LEFT, 30.4, 'Route: turn left in 30 m.'],
    [RouteCommand_Command.RIGHT, 0, 'Route: turn right in 0 m.'],
    [RouteCommand_Command.CHANGE_LANE_LEFT, Number.NaN, 'Route: change lane left.'],
    [RouteCommand_Command.CHANGE_LANE_RIGHT, undefined, 'Route: change lane right.'],
    [99 as RouteCommand_Command, 5, 'Route: unknown.'],
  ])('tells route command %d at %s m as "%s"', (command, distanceM, line) => {
    const route = create(RouteCommandSchema, { command, ...(distanceM !== undefined && { distanceM }) })
    expect(textOf(buildPlanRequest({ requestId: 1n, frameSet: frameSet(), route, config }))).toContain(line)
  })

  it('is short: its text stays under 1600 characters with the whole history', () => {
    const egoHistory = Array.from({ length: 7 }, (_, index) => ({
      timeS: index / 2 - 3,
      xM: -99.99,
      yM: -99.99,
      headingRad: -3.14,
      speedMps: 33.33,
      accelerationMps2: -9.99,
      yawRateRadps: -0.99,
    }))
    const asked = buildPlanRequest({ requestId: 1n, frameSet: frameSet(VIEWS, { egoHistory }), config })
    expect(textOf(asked).length).toBeLessThan(1600)
  })

  it('carries the SHA-256 of all its other fields, images by their hashes', () => {
    expect(request.requestSha256).toHaveLength(32)
    expect(requestSha256(request)).toEqual(request.requestSha256)
    const otherImage = frameSet()
    otherImage.views[0]!.image!.payloadSha256[31]! ^= 1
    const others = [
      buildPlanRequest({ requestId: 8n, frameSet: frameSet(), config }),
      buildPlanRequest({ requestId: 7n, frameSet: otherImage, config }),
      buildPlanRequest({
        requestId: 7n,
        frameSet: frameSet(),
        config: planConfig.parse({ sampling: { temperature: 0.1 } }),
      }),
    ]
    for (const other of others) expect(other.requestSha256).not.toEqual(request.requestSha256)
    expect(encode(ModelRequestSchema, buildPlanRequest({ requestId: 7n, frameSet: frameSet(), config }))).toEqual(
      encode(ModelRequestSchema, request),
    )
  })

  it('has a seed of its own for each request of a run', () => {
    const seeds = [1n, 2n].map(
      (requestId) =>
        buildPlanRequest({ requestId, frameSet: frameSet(), config: planConfig.parse({ sampling: { seed: 40 } }) })
          .sampling?.seed,
    )
    expect(seeds).toEqual([41n, 42n])
  })
})

describe('the longest answer', () => {
  it('is bounded: no text under the schema has more bytes', () => {
    const longest = `{"speed":"decelerate","path":"change_lane_right","poses":[${Array(8).fill('[199.99,-99.99,-3.14]').join(',')}],"reason":"${'x'.repeat(120)}"}`
    expect(longestAnswerBytes(planTask.answerSchema)).toBe(new TextEncoder().encode(longest).length)
    expect(parsePlan(longest, request)).toHaveProperty('plan')
  })

  it('fits the default budget with its end token, and a budget of one less is refused with both numbers', () => {
    const needed = planTask.maxNewTokens(config)
    expect(needed).toBe(longestAnswerBytes(planTask.answerSchema) + 1)
    expect(planTask.maxNewTokens(planConfig.parse({ answerTokenBudget: needed }))).toBe(needed)
    expect(() => planTask.maxNewTokens(planConfig.parse({ answerTokenBudget: needed - 1 }))).toThrow(
      expect.objectContaining({
        code: 'TASK_BUDGET',
        expected: expect.stringContaining(`${needed} tokens`),
        found: `answerTokenBudget ${needed - 1}`,
      }),
    )
    expect(request.maxNewTokens).toBe(needed)
  })
})

describe('an answer', () => {
  it('in the constrained form becomes the plan it says', () => {
    const parsed = parsePlan(answerText, request)
    expect(parsed).toEqual({
      plan: expect.objectContaining({
        requestId: 7n,
        referenceTimeNs: T0,
        speedAction: Plan_SpeedAction.KEEP,
        pathAction: Plan_PathAction.STRAIGHT,
        reason: 'The lane ahead is free.',
      }),
    })
    const { plan } = parsed as { plan: Plan }
    expect(plan.steps.map(({ timeS }) => timeS)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
    expect(plan.steps.map(({ poseInEgo }) => [poseInEgo?.xM, poseInEgo?.yM, poseInEgo?.headingRad])).toEqual(POSES)
  })

  it.each([
    ['after an empty think block', `<think>\n</think>\n${answerText}`],
    [
      'after a think block that holds another answer',
      `<think>{"speed":"stop"} or ${answerText.replace('keep', 'stop')}?</think>${answerText}`,
    ],
    ['after a think block whose start was cut off', `so I keep going.</think>\n\n${answerText}`],
    ['in a code fence', `Here it is:\n\`\`\`json\n${answerText}\n\`\`\`\nDrive safely.`],
    ['between prose with braces', `The set {a, b} and {x} says: ${answerText} {done}`],
    ['after an object of another kind', `{"note":"thinking"} ${answerText}`],
    ['with spaces and lines', JSON.stringify(JSON.parse(answerText), null, 2)],
    ['with words in another spelling', answerText.replace('"keep"', '" Keep"').replace('"straight"', '"STRAIGHT"')],
    ['with a key too many', answerText.replace('{"speed"', '{"confidence":0.9,"speed"')],
    ['with a quote and a brace in its reason', answerText.replace('is free.', 'is \\"free\\" {or so}.')],
  ])('%s is read', (_, text) => {
    expect(parsePlan(text, request)).toEqual({ plan: expect.objectContaining({ speedAction: Plan_SpeedAction.KEEP }) })
  })

  it('that was given twice counts the second time', () => {
    const parsed = parsePlan(`${answerText.replace('keep', 'stop')}\nNo: ${answerText}`, request)
    expect(parsed).toEqual({ plan: expect.objectContaining({ speedAction: Plan_SpeedAction.KEEP }) })
  })

  it.each([
    ['nothing', '', 'none'],
    ['what a model with broken weights says', '!'.repeat(300), 'none in "!!!!'],
    ['prose', 'I would slow down.', 'none in "I would slow down."'],
    ['a think block that never ends', `<think> hm ${answerText}`, 'a think block that never ends'],
    ['an answer that was cut', answerText.slice(0, -30), 'none'],
    ['seven poses', answerText.replace('[2.50,0.00,0.00],', ''), 'poses'],
    ['nine poses', answerText.replace('[2.50,0.00,0.00],', '[2.50,0.00,0.00],[2.50,0.00,0.00],'), 'poses'],
    ['a pose without heading', answerText.replace('[2.50,0.00,0.00]', '[2.50,0.00]'), 'poses.0'],
    ['a pose out of range', answerText.replace('[2.50', '[200.00'), 'poses.0.0'],
    ['a number beyond all numbers', answerText.replace('[2.50', '[1e999'), 'poses.0.0'],
    ['a word that is none', answerText.replace('keep', 'fly'), 'speed'],
    ['no reason', answerText.replace(',"reason":"The lane ahead is free."', ''), 'reason'],
  ])('%s is a fault that says what was found', (_, text, found) => {
    expect(parsePlan(text, request)).toEqual({
      fault: expect.objectContaining({
        source: 'tasks',
        code: 'answer-unreadable',
        topic: '/model/answer',
        message: expect.stringContaining(found),
      }),
    })
  })

  it('of any text is a plan or a fault, never a throw', () => {
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('{', '}', '"', '\\', '<think>', '</think>', '```json\n', answerText, '[1,2,3]'),
      ),
      { maxLength: 20 },
    )
    fc.assert(
      fc.property(pieces, (parts) => {
        expect(Object.keys(parsePlan(parts.join(''), request))).toHaveLength(1)
      }),
      { numRuns: 1000 },
    )
  })

  it('with a few bytes changed is a plan within the ranges or a fault, never a throw', () => {
    const mutations = fc.array(fc.tuple(fc.nat(answerText.length - 1), fc.string({ maxLength: 3 })), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(mutations, (list) => {
        let text = answerText
        for (const [index, by] of list) text = text.slice(0, index) + by + text.slice(index + 1)
        const parsed = parsePlan(text, request)
        if ('fault' in parsed) {
          expect(parsed.fault.message).toContain('found')
          return
        }
        for (const { poseInEgo } of parsed.plan.steps) {
          expect(Math.abs(poseInEgo!.xM)).toBeLessThanOrEqual(199.99)
          expect(Math.abs(poseInEgo!.yM)).toBeLessThanOrEqual(99.99)
          expect(Math.abs(poseInEgo!.headingRad)).toBeLessThanOrEqual(3.14)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('of 32000 opening braces costs no more than a scan of each of the first few', () => {
    expect(parsePlan('{'.repeat(32_000), request)).toHaveProperty('fault')
  })

  it('goes round: a plan written as an answer is read as the same plan', () => {
    const hundredths = (limit: number) => fc.integer({ min: -limit, max: limit }).map((value) => value / 100 || 0)
    const step = fc.record({ xM: hundredths(999), yM: hundredths(9999), headingRad: hundredths(314) })
    const reason = fc.string({ unit: fc.constantFrom(...'abc XYZ 019 .,:;{}[]<>/~!'), maxLength: 120 })
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 8, maxLength: 8 }),
        fc.constantFrom(1, 2, 3, 4),
        fc.constantFrom(1, 2, 3, 4, 5),
        reason,
        (poses, speedAction, pathAction, text) => {
          const { plan } = parsePlan(answerText, request) as { plan: Plan }
          const written: Plan = {
            ...plan,
            speedAction: speedAction as Plan_SpeedAction,
            pathAction: pathAction as Plan_PathAction,
            reason: text,
            steps: plan.steps.map((old, index) => ({ ...old, poseInEgo: { ...old.poseInEgo!, ...poses[index]! } })),
          }
          expect(parsePlan(planAnswerText(written), request)).toEqual({ plan: written })
        },
      ),
    )
  })
})

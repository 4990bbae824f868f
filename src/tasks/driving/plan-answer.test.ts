import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSetSchema, type Plan, Plan_PathAction, Plan_SpeedAction } from '#messages'
import { longestAnswerBytes } from '../longest-answer.ts'
import { buildPlanRequest, parsePlan, planAnswerText, planTask } from './plan.ts'
import { planConfig } from './plan-config.ts'

const config = planConfig.parse({})
const frameSet = create(FrameSetSchema, { referenceTimeNs: 1_700_000_000_000_000_000n })
const request = buildPlanRequest({ requestId: 7n, frameSet, config })

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
        referenceTimeNs: request.referenceTimeNs,
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

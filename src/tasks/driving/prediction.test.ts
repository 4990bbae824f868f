import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encode,
  Prediction_Intention as Intention,
  type Prediction,
  PredictionSchema,
  Prediction_Source as Source,
  VIEWS,
} from '#messages'
import type { AnswerSchema } from '../answer-schema.ts'
import { longestAnswerBytes } from '../longest-answer.ts'
import { requestSha256 } from '../seal-request.ts'
import { arbitraryAnswer } from '../testing/arbitrary-answer.ts'
import { egoHistory, frameSet, promptText, T0, userParts } from '../testing/frame-set.ts'
import { buildPlanRequest } from './plan.ts'
import { planConfig } from './plan-config.ts'
import {
  type AskedAgent,
  buildPredictionRequest,
  parsePrediction,
  predictionAnswerText,
  predictionTask,
} from './prediction.ts'
import { predictionConfig } from './prediction-config.ts'

const config = predictionConfig.parse({})
const opening = planConfig.parse({})
const at = (id: string, xM: number, label = 'car'): AskedAgent => ({
  id,
  label,
  positionInEgo: { xM, yM: -1.204 },
  velocityInEgoMps: { x: 5, y: 0 },
})
const AGENTS = [at('track-3', 30), at('track-12', 8.5, 'pedestrian, "wild"'), at('track-7', 12)]
const ask = (agents: readonly AskedAgent[] = AGENTS, thinking = config.thinking) =>
  buildPredictionRequest({
    requestId: 7n,
    frameSet: frameSet(VIEWS, { egoHistory }),
    agents,
    opening,
    config: { ...config, thinking },
  })
const request = ask()
const read = (text: string, asked = request) => {
  const result = parsePrediction(text, asked)
  if ('fault' in result) throw new Error(result.fault.message)
  return result
}
const item = (fields: object): string =>
  JSON.stringify({ agents: [{ agent: 3, intention: 'stop', probability: 0.5, ...fields }] })

describe('the question for intentions', () => {
  it('reads so', async () => {
    await expect(promptText(request)).toMatchFileSnapshot('golden/prediction.txt')
  })

  it('begins as the plan does, letter for letter', () => {
    const plan = buildPlanRequest({ requestId: 1n, frameSet: frameSet(VIEWS, { egoHistory }), config: opening })
    const alike = String(userParts(plan)[6]?.value).split('Plan the next')[0]!
    expect(alike.split('\n')).toHaveLength(6)
    expect(String(userParts(request)[6]?.value).startsWith(alike)).toBe(true)
    expect(userParts(request).slice(0, 6)).toEqual(userParts(plan).slice(0, 6))
  })

  it('asks about the nearest first, and about 16 at most', () => {
    expect(request.trackIds).toEqual(['track-12', 'track-7', 'track-3'])
    const many = ask(Array.from({ length: 20 }, (_, index) => at(`track-${index}`, 100 - index)))
    expect(many.trackIds).toHaveLength(16)
    expect(many.trackIds[0]).toBe('track-19')
  })

  it('carries the ids of the tracks behind its numbers under its hash, and one grammar serves them all', () => {
    expect(request.requestSha256).toEqual(requestSha256(request))
    expect(requestSha256({ ...request, trackIds: ['track-1'] })).not.toEqual(request.requestSha256)
    expect(ask([at('track-99', 3)]).answerSchemaJson).toBe(request.answerSchemaJson)
  })

  it('never needs more tokens than it asks for, and says when the budget is less', () => {
    expect(request.maxNewTokens).toBe(longestAnswerBytes(predictionTask.answerSchema) + 1)
    expect(() => predictionTask.maxNewTokens({ ...config, answerTokenBudget: 100 })).toThrow(/TASK_BUDGET/)
  })

  it('lets the model think when told so', () => {
    const thinking = ask(AGENTS, { mode: 'on', tokenBudget: 300 })
    expect(userParts(thinking).at(-1)?.value).toBe(' /think')
    expect([thinking.answerSchemaJson, thinking.maxNewTokens]).toEqual(['', request.maxNewTokens + 300])
  })

  it('about nobody is a bug', () => {
    expect(() => ask([])).toThrow(/no agent/)
  })
})

const MEANT: Prediction = create(PredictionSchema, {
  requestId: 7n,
  referenceTimeNs: T0,
  agents: [
    { id: 'track-12', intention: Intention.CROSS, probability: 0.85, source: Source.MODEL },
    { id: 'track-3', intention: Intention.UNSPECIFIED, probability: 1, source: Source.MODEL },
  ],
})

describe('the answer', () => {
  it('says intentions and is read as those', () => {
    expect(read(predictionAnswerText(MEANT, request))).toEqual({ prediction: MEANT, faults: [] })
  })

  it.each([
    ['after thoughts', (text: string) => `<think>She looks at the road.</think>\n${text}`, 'She looks at the road.'],
    ['in a code fence', (text: string) => `\`\`\`json\n${text}\n\`\`\``, ''],
    ['as a list alone', (text: string) => JSON.stringify(JSON.parse(text).agents), ''],
  ])('is read %s', (_, around, trace) => {
    expect(read(around(predictionAnswerText(MEANT, request))).prediction).toEqual({ ...MEANT, trace })
  })

  it('is read whatever the grammar lets through', () => {
    fc.assert(
      fc.property(arbitraryAnswer(JSON.parse(request.answerSchemaJson) as AnswerSchema), (text) => {
        expect(Buffer.byteLength(text)).toBeLessThan(request.maxNewTokens)
        const { prediction, faults } = read(text)
        expect(faults.every(({ code }) => ['agent-repeated', 'agent-unknown'].includes(code))).toBe(true)
        expect(prediction.agents.length + faults.length).toBe(JSON.parse(text).agents.length)
        expect(new Set(prediction.agents.map(({ id }) => id)).size).toBe(prediction.agents.length)
      }),
    )
  })

  it.each([
    ['an agent that nobody asked about', item({ agent: 4 }), 'agent-unknown'],
    ['an agent by another name', item({ agent: 'the car' }), 'agent-unknown'],
    ['an agent of number 0', item({ agent: 0 }), 'agent-unknown'],
    ['an agent without a name', item({ agent: null }), 'item-unreadable'],
    ['a thing that is no agent', '{"agents":["track-3"]}', 'item-unreadable'],
  ])('about %s is lost and counted', (_, text, code) => {
    const { prediction, faults } = read(text)
    expect(prediction.agents).toEqual([])
    expect(faults.map((fault) => fault.code)).toEqual([code])
  })

  it('that says two things of one agent counts as the first', () => {
    const text = '{"agents":[{"agent":3,"intention":"stop"},{"agent":"3","intention":"keep"}]}'
    const { prediction, faults } = read(text)
    expect(prediction.agents).toMatchObject([{ id: 'track-3', intention: Intention.STOP }])
    expect(prediction.agents[0]!.probability).toBeUndefined()
    expect(faults.map(({ code }) => code)).toEqual(['agent-repeated'])
  })

  it.each([1.5, -0.1, '90 %', null])('with a probability of %j keeps the intention, and counts it', (probability) => {
    const { prediction, faults } = read(item({ probability }))
    expect(prediction.agents).toMatchObject([{ intention: Intention.STOP }])
    expect(prediction.agents[0]!.probability).toBeUndefined()
    expect(faults.map(({ code }) => code)).toEqual(['probability-ignored'])
  })

  it.each([
    ['Turn Left', Intention.TURN_LEFT],
    ['change-lane-right', Intention.CHANGE_LANE_RIGHT],
    ['flies away', Intention.UNSPECIFIED],
    [7, Intention.UNSPECIFIED],
  ])('takes the intention %j as %i', (intention, expected) => {
    expect(read(item({ intention })).prediction.agents[0]!.intention).toBe(expected)
  })

  it.each(['', '{"agents":7}', '[]', '<think>{"agents":[]}'])('that is none is a fault: %j', (text) => {
    expect(parsePrediction(text, request)).toMatchObject({ fault: { code: 'answer-unreadable', source: 'tasks' } })
  })

  it('of any text gives a prediction or a fault, and never throws', () => {
    const good = predictionAnswerText(MEANT, request)
    const piece = fc.oneof(fc.string(), fc.json(), fc.constantFrom('<think>', '</think>', '{"agents":[', good))
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), fc.nat(good.length), (pieces, cut) => {
        for (const text of [pieces.join(''), good.slice(0, cut) + pieces.join('') + good.slice(cut)]) {
          const result = parsePrediction(text, request)
          if (!('fault' in result)) encode(PredictionSchema, result.prediction)
        }
      }),
    )
  })
})

import { describe, expect, it } from 'vitest'
import { buildPlanRequest, parsePlan, planTask } from './driving/plan.ts'
import { planConfig } from './driving/plan-config.ts'
import { egoHistory, frameSet, promptText, userParts } from './testing/frame-set.ts'
import { takeApart } from './thinking.ts'

describe('a text', () => {
  it.each([
    ['without thoughts', '{"a":1}', '', '{"a":1}'],
    ['with an empty block', '<think>\n</think>\n{"a":1}', '', '\n{"a":1}'],
    ['with a block', '<think>A red light. {"a":2}</think>{"a":1}', 'A red light. {"a":2}', '{"a":1}'],
    ['with a block whose beginning was given to the model', 'so I stop.</think>{"a":1}', 'so I stop.', '{"a":1}'],
    ['with two blocks', '<think>one</think> x <think>two</think>{"a":1}', 'one x two', '{"a":1}'],
    ['with a block that never ends', '<think>one {"a":1}', 'one {"a":1}', undefined],
    ['with nothing', '', '', ''],
  ])('%s is taken apart', (_, text, trace, answer) => {
    expect(takeApart(text)).toEqual({ trace, answer })
  })
})

describe('a plan', () => {
  const poses = Array.from({ length: 8 }, (_, index) => [index + 1, 0, 0])
  const answerText = JSON.stringify({ speed: 'keep', path: 'straight', poses, reason: 'Free.' })

  it('is asked for without thoughts and reads so', async () => {
    const request = buildPlanRequest({
      requestId: 7n,
      frameSet: frameSet(undefined, { egoHistory }),
      config: planConfig.parse({}),
    })
    await expect(promptText(request)).toMatchFileSnapshot('driving/golden/plan.txt')
  })

  it('that is thought about is asked for in free text, and carries its trace', () => {
    const config = planConfig.parse({ thinking: { mode: 'on', tokenBudget: 100 } })
    const request = buildPlanRequest({ requestId: 7n, frameSet: frameSet(), config })
    expect(userParts(request).at(-1)?.value).toBe(' /think')
    expect(request.answerSchemaJson).toBe('')
    expect(request.maxNewTokens).toBe(planTask.maxNewTokens(planConfig.parse({})) + 100)
    expect(parsePlan(`<think>No one ahead.</think>\n${answerText}`, request)).toMatchObject({
      plan: { reason: 'Free.', trace: 'No one ahead.' },
    })
    expect(parsePlan(answerText, request)).toMatchObject({ plan: { trace: '' } })
  })
})

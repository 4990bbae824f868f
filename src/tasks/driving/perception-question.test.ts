import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { encode, ModelRequestSchema, RouteCommand_Command, RouteCommandSchema, VIEWS } from '#messages'
import { longestAnswerBytes } from '../longest-answer.ts'
import { requestSha256 } from '../seal-request.ts'
import { egoHistory, frameSet, imageSizes, promptText, userParts } from '../testing/frame-set.ts'
import { buildPerceptionRequest, perceptionTask } from './perception.ts'
import { perceptionConfig } from './perception-config.ts'
import { buildPlanRequest } from './plan.ts'
import { planConfig } from './plan-config.ts'

const config = perceptionConfig.parse({})
const opening = planConfig.parse({})
const sizes = VIEWS.map((view) => imageSizes(view))
const ask = (views: readonly string[] = VIEWS, given = sizes, thinking = config.thinking) =>
  buildPerceptionRequest({
    requestId: 7n,
    frameSet: frameSet(views, { egoHistory }),
    route: create(RouteCommandSchema, { command: RouteCommand_Command.LEFT, distanceM: 40 }),
    imageSizes: given,
    opening,
    config: { ...config, thinking },
  })
const request = ask()

describe('the question for the scene', () => {
  it('reads so', async () => {
    await expect(promptText(request)).toMatchFileSnapshot('golden/perception.txt')
    await expect(promptText(ask(['front']))).toMatchFileSnapshot('golden/perception-front.txt')
  })

  it('begins as the plan does, image for image and letter for letter, so that the prefill is shared', () => {
    const plan = buildPlanRequest({
      requestId: 1n,
      frameSet: frameSet(VIEWS, { egoHistory }),
      route: create(RouteCommandSchema, { command: RouteCommand_Command.LEFT, distanceM: 40 }),
      config: opening,
    })
    const ofPlan = userParts(plan)
    const ofScene = userParts(request)
    expect(ofScene.slice(0, 6)).toEqual(ofPlan.slice(0, 6))
    const alike = String(ofPlan[6]?.value).split('Plan the next')[0] as string
    expect(alike.split('\n')).toHaveLength(6)
    expect(String(ofScene[6]?.value).startsWith(alike)).toBe(true)
    expect(request.messages[0]).toEqual(plan.messages[0])
    expect(request.maxPixelsPerView).toBe(plan.maxPixelsPerView)
  })

  it('carries both sizes of its images, in their order, under its hash', () => {
    expect(request.imageSizes.map(({ view }) => view)).toEqual(VIEWS)
    expect(request.requestSha256).toEqual(requestSha256(request))
    expect(
      ask(
        VIEWS,
        VIEWS.map((view) => imageSizes(view, 616, 336)),
      ).requestSha256,
    ).not.toEqual(request.requestSha256)
  })

  it('names the pixels of each view where they differ', () => {
    const text = promptText(ask(['front', 'back'], [imageSizes('front'), imageSizes('back', 420, 224)]))
    expect(text).toContain('Views in pixels: front 644x364, back 420x224.')
  })

  it('allows only the views that are there, and no coordinate beyond the largest of them', () => {
    const schema = JSON.parse(
      ask(['front', 'back'], [imageSizes('front'), imageSizes('back', 224, 420)]).answerSchemaJson,
    )
    const { view, bbox_2d } = schema.properties.objects.items.properties
    expect(view.enum).toEqual(['front', 'back'])
    expect(bbox_2d.prefixItems.map(({ maximum }: { maximum: number }) => maximum)).toEqual([644, 420, 644, 420])
  })

  it('without the sizes of an image is a bug', () => {
    expect(() => ask(VIEWS, sizes.slice(1))).toThrow(/sizes of the image of view front/)
  })

  it('never needs more tokens than it asks for, and says when the budget is less', () => {
    expect(request.maxNewTokens).toBe(longestAnswerBytes(perceptionTask.answerSchema) + 1)
    expect(longestAnswerBytes(JSON.parse(request.answerSchemaJson))).toBeLessThan(request.maxNewTokens)
    expect(() => perceptionTask.maxNewTokens({ ...config, answerTokenBudget: 100 })).toThrow(/TASK_BUDGET/)
  })

  it('lets the model think when told so: free text, with tokens for the thoughts', () => {
    const thinking = ask(VIEWS, sizes, { mode: 'on', tokenBudget: 500 })
    expect(userParts(thinking).at(-1)?.value).toBe(' /think')
    expect(thinking.answerSchemaJson).toBe('')
    expect(thinking.maxNewTokens).toBe(request.maxNewTokens + 500)
  })
})

it('a request goes over the wire', () => {
  expect(encode(ModelRequestSchema, request).length).toBeGreaterThan(1000)
})

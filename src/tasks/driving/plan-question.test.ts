import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  encode,
  FrameSetSchema,
  type ModelRequest,
  ModelRequestSchema,
  RouteCommand_Command,
  RouteCommandSchema,
  VIEWS,
} from '#messages'
import { requestSha256 } from '../seal-request.ts'
import { buildPlanRequest } from './plan.ts'
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

  it('tells the speed limit behind the route where the navigation knows it', () => {
    const route = create(RouteCommandSchema, { command: RouteCommand_Command.STRAIGHT, speedLimitMps: 50 / 3.6 })
    const text = textOf(buildPlanRequest({ requestId: 1n, frameSet: frameSet(), route, config }))
    expect(text).toContain('Route: go straight. Speed limit: 50 km/h.\n')
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

import { create, type MessageInitShape } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Perception_LightState as LightState,
  Plan_PathAction as Path,
  PerceptionSchema,
  type Plan,
  PlanSchema,
  PredictionSchema,
  Perception_Relevance as Relevance,
  Plan_SpeedAction as Speed,
  TracksSchema,
} from '#messages'
import { drive, ns, planOf, speeds, T0 } from '../testing/plans.ts'
import { contradictionFaults, contradictions, type GuardInput } from './contradictions.ts'
import { guardAgents } from './guard-agent.ts'
import { guardConfig } from './guard-config.ts'

const config = guardConfig.parse({})
const ego = { lengthM: 4.3, widthM: 1.8, rearOverhangM: 0.8 }

type Says = Partial<Pick<Plan, 'speedAction' | 'pathAction' | 'reason'>>

/** From a speed with an acceleration (m/s^2) and a yaw rate (rad/s). */
const plan = (startMps: number, accelerationMps2: number, yawRateRadps: number, says: Says): Plan => ({
  ...planOf(drive(speeds(startMps, accelerationMps2), [yawRateRadps])),
  ...says,
})
const find = (of: Plan, rest: Partial<GuardInput> = {}) =>
  contradictions({ plan: of, ego, config, ...rest }).map(({ check }) => check)

describe('a meta-action against its poses', () => {
  it.each([
    ['stop, and brakes to a stand', Speed.STOP, 8, -2, []],
    ['stop, and brakes from high speed without reaching it', Speed.STOP, 25, -2, []],
    ['stop, and stands', Speed.STOP, 0, 0, []],
    ['stop, and goes on', Speed.STOP, 8, 0, ['speed-claim']],
    ['stop, and accelerates', Speed.STOP, 8, 1, ['speed-claim']],
    ['stop, and starts', Speed.STOP, 0, 1, ['speed-claim']],
    ['accelerate, and does', Speed.ACCELERATE, 8, 1, []],
    ['accelerate, and has begun to ease off', Speed.ACCELERATE, 8, -0.1, []],
    ['accelerate, and brakes', Speed.ACCELERATE, 8, -1, ['speed-claim']],
    ['decelerate, and does', Speed.DECELERATE, 8, -1, []],
    ['decelerate, and accelerates', Speed.DECELERATE, 8, 1, ['speed-claim']],
    ['keep, and does', Speed.KEEP, 8, 0.2, []],
    ['keep, and brakes', Speed.KEEP, 8, -2, ['speed-claim']],
    ['nothing, and brakes', Speed.UNSPECIFIED, 8, -2, []],
  ])('says %s', (_, speedAction, startMps, accelerationMps2, checks) => {
    expect(find(plan(startMps, accelerationMps2, 0, { speedAction }))).toEqual(checks)
  })

  it.each([
    ['turn left, and does', Path.TURN_LEFT, 0.3, []],
    ['turn left, and has not begun', Path.TURN_LEFT, 0, []],
    ['turn left, and turns right', Path.TURN_LEFT, -0.3, ['path-claim']],
    ['turn right, and does', Path.TURN_RIGHT, -0.3, []],
    ['turn right, and turns left', Path.TURN_RIGHT, 0.3, ['path-claim']],
    ['turn left, and turns more than half round to the left', Path.TURN_LEFT, 1, []],
    ['straight, and follows a bend', Path.STRAIGHT, 0.1, []],
    ['straight, and turns', Path.STRAIGHT, -0.3, ['path-claim']],
    ['nothing, and turns', Path.UNSPECIFIED, -0.3, []],
  ])('says %s', (_, pathAction, yawRateRadps, checks) => {
    expect(find(plan(8, 0, yawRateRadps, { pathAction }))).toEqual(checks)
  })

  it.each([
    ['left, and does', Path.CHANGE_LANE_LEFT, [0.1, 0.1, 0, 0, 0, 0, -0.1, -0.1], []],
    ['left, and goes right', Path.CHANGE_LANE_LEFT, [-0.1, -0.1, 0, 0, 0, 0, 0.1, 0.1], ['path-claim']],
    ['right, and goes left', Path.CHANGE_LANE_RIGHT, [0.1, 0.1, 0, 0, 0, 0, -0.1, -0.1], ['path-claim']],
    ['left, in a bend to the right', Path.CHANGE_LANE_LEFT, [-0.1], []],
  ])('says change lane %s', (_, pathAction, yawRates, checks) => {
    const poses = drive(Array(8).fill(10), yawRates)
    expect(find({ ...planOf(poses), pathAction })).toEqual(checks)
  })

  it('is measured from the speed that the ego has', () => {
    const keeps = plan(8, 0, 0, { speedAction: Speed.KEEP })
    expect(find(keeps, { egoSpeedMps: 8.5 })).toEqual([])
    expect(find(keeps, { egoSpeedMps: 14 })).toEqual(['speed-claim'])
  })

  it('says expected and found, as a fault that the planners can act on', () => {
    const lies = plan(8, 1, 0, { speedAction: Speed.STOP })
    const found = contradictions({ plan: lies, ego, config })
    expect(contradictionFaults(lies, found)).toEqual([
      {
        source: 'planners',
        code: 'plan-contradicts-itself',
        severity: 2,
        message: 'plan 1: speed-claim: says stop; speed at the end: expected at most 4.250 m/s, found 11.750',
        topic: '/tasks/plan',
      },
    ])
  })
})

describe('a reason against the poses', () => {
  it.each([
    ['Stop for the red light.', 8, 0, ['reason-claim']],
    ['Stop for the red light.', 8, -2, []],
    ['The light is red, so I must stop.', 8, 0.5, ['reason-claim']],
    ['Turning left at the junction.', 8, 0, []],
    ['We accelerate to join the traffic.', 8, -1, ['reason-claim']],
    ['Keep the current speed.', 8, -2, ['reason-claim']],
    ['The lane ahead is free.', 8, 2, []],
    ['', 8, 2, []],
  ])('%j from %d m/s with %d m/s^2', (reason, startMps, accelerationMps2, checks) => {
    expect(find(plan(startMps, accelerationMps2, 0, { reason }))).toEqual(checks)
  })

  it('finds a turn to the other side', () => {
    expect(find(plan(8, 0, -0.3, { reason: 'The ego turns; turn left now.' }))).toEqual(['reason-claim'])
  })
})

const seen = (lights: MessageInitShape<typeof PerceptionSchema>['trafficLights'] = [], referenceTimeNs = T0) =>
  create(PerceptionSchema, { referenceTimeNs, trafficLights: lights })
const light = (state: LightState, relevance: Relevance, view = 'front') => ({
  state,
  relevance,
  box: { image: { view } },
})

describe('a red light that rules the way', () => {
  const red = seen([light(LightState.RED, Relevance.EGO)])
  it.each([
    ['goes on', 8, 0, ['red-light']],
    ['starts', 0, 1, ['red-light']],
    ['eases off', 8, -0.8, []],
    ['stops', 8, -2, []],
    ['stands', 0, 0, []],
    ['rolls up', 1, 0, []],
  ])('and a plan that %s', (_, startMps, accelerationMps2, checks) => {
    expect(find(plan(startMps, accelerationMps2, 0, {}), { perception: red })).toEqual(checks)
  })

  it.each([
    ['is green', seen([light(LightState.GREEN, Relevance.EGO)])],
    ['rules others', seen([light(LightState.RED, Relevance.OTHERS)])],
    ['rules nobody knows whom', seen([light(LightState.RED, Relevance.UNSPECIFIED)])],
    ['is behind', seen([light(LightState.RED, Relevance.EGO, 'back')])],
    ['was seen long ago', seen([light(LightState.RED, Relevance.EGO)], T0 - ns(1.5))],
    ['is not there', seen()],
  ])('is none when it %s', (_, perception) => {
    expect(find(plan(8, 0, 0, {}), { perception })).toEqual([])
  })

  it('is worse than words', () => {
    const goes = plan(8, 0, 0, {})
    const [fault] = contradictionFaults(goes, contradictions({ plan: goes, ego, config, perception: red }))
    expect(fault).toMatchObject({ code: 'plan-contradicts-light', severity: 3 })
  })
})

/** A car of 4 m by 2 m in the ego frame, over 4 s. */
const agent = (xM: number, yM: number, x = 0, y = 0) => ({
  id: 'track-1',
  label: 'car',
  lengthM: 4,
  widthM: 2,
  path: [0, 4].map((timeS) => ({ timeS, pose: { xM: xM + x * timeS, yM: yM + y * timeS, headingRad: 0 } })),
})

describe('an agent', () => {
  it.each([
    ['that stands in the path', agent(20, 0), ['agent-in-path']],
    ['that stands beyond the horizon', agent(40, 0), []],
    ['that stands beside the path', agent(20, 3), []],
    ['that drives ahead as fast', agent(12, 0, 8, 0), []],
    ['that drives ahead slowly', agent(12, 0, 2, 0), ['agent-in-path']],
    ['that crosses in front of the ego', agent(20, 10, 0, -5), ['agent-in-path']],
    ['that has crossed before the ego comes', agent(24, 6, 0, -8), []],
    ['that runs into the ego from behind', agent(-12, 0, 16, 0), []],
    ['whose place the ego covers already', agent(2, 0, 8, 0), []],
    ['without a path', { ...agent(20, 0), path: [] }, []],
  ])('%s', (_, met, checks) => {
    expect(find(plan(8, 0, 0, {}), { agents: [met] })).toEqual(checks)
  })

  it('that comes to a standing ego is not its doing', () => {
    expect(find(plan(0, 0, 0, {}), { agents: [agent(20, 0, -8, 0)] })).toEqual([])
  })

  it('is none when the plan stops before it, and is named when it does not', () => {
    expect(find(plan(8, -2.5, 0, {}), { agents: [agent(20, 0)] })).toEqual([])
    const goes = plan(8, 0, 0, {})
    const [finding] = contradictions({ plan: goes, ego, config, agents: [agent(20, 0)] })
    // 20 - 2 - 3.5 = 14.5 m at 8 m/s.
    expect(finding).toMatchObject({
      value: expect.closeTo(1.9, 6),
      limit: 3,
      message: expect.stringContaining('meets car track-1'),
    })
    expect(contradictionFaults(goes, [finding!])[0]).toMatchObject({ code: 'plan-meets-agent' })
  })
})

describe('tracked agents', () => {
  const tracks = create(TracksSchema, {
    timeNs: T0 - ns(0.5),
    tracks: [
      {
        id: 'track-1',
        label: 'car',
        poseInMap: { xM: 100, yM: 60, headingRad: Math.PI / 2 },
        sizeM: { x: 4, y: 2, z: 1.5 },
        velocityInMapMps: { x: 0, y: 2, z: 0 },
      },
    ],
  })
  const mapFromEgo = { xM: 100, yM: 50, headingRad: Math.PI / 2 }

  it('go on at their velocity in the ego frame of the plan', () => {
    const [met] = guardAgents(tracks, undefined, mapFromEgo, T0)
    expect(met).toMatchObject({ id: 'track-1', lengthM: 4, widthM: 2 })
    expect(met!.path.map(({ timeS, pose }) => [timeS, pose.xM, pose.yM])).toEqual([
      [-0.5, expect.closeTo(10, 9), expect.closeTo(0, 9)],
      [3.5, expect.closeTo(18, 9), expect.closeTo(0, 9)],
    ])
  })

  it('go on their predicted paths where there are any', () => {
    const prediction = create(PredictionSchema, {
      referenceTimeNs: T0,
      agents: [{ id: 'track-1', path: [{ timeS: 1, poseInMap: { xM: 90, yM: 60, headingRad: Math.PI } }] }],
    })
    const [met] = guardAgents(tracks, prediction, mapFromEgo, T0)
    expect(met!.path).toEqual([
      {
        timeS: 1,
        pose: { xM: expect.closeTo(10, 9), yM: expect.closeTo(10, 9), headingRad: expect.closeTo(Math.PI / 2, 9) },
      },
    ])
  })
})

it('any plan gives findings, and never throws', () => {
  const any = fc.oneof(fc.double(), fc.double({ min: -100, max: 100 }))
  const pose = fc.record({ xM: any, yM: any, headingRad: any })
  fc.assert(
    fc.property(
      fc.array(fc.record({ timeS: any, poseInEgo: fc.option(pose) }), { maxLength: 9 }),
      fc.constantFrom(0, 1, 2, 3, 4, 5, 99),
      fc.string(),
      any,
      (steps, action, reason, speed) => {
        const odd = create(PlanSchema, {
          referenceTimeNs: T0,
          speedAction: action as Speed,
          pathAction: action as Path,
          reason,
          steps: steps.map(({ timeS, poseInEgo }) => ({ timeS, ...(poseInEgo && { poseInEgo }) })),
        })
        const perception = seen([light(LightState.RED, Relevance.EGO)])
        const findings = contradictions({
          plan: odd,
          egoSpeedMps: speed,
          perception,
          agents: [agent(20, 0)],
          ego,
          config,
        })
        expect(contradictionFaults(odd, findings)).toHaveLength(findings.length)
      },
    ),
  )
})

import { create, type MessageInitShape } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  composePlanar,
  extrapolateConstantTurnRate,
  type PlanarPose,
  quaternionFromYaw,
  relativePlanar,
} from '#geometry'
import { EgoStateSchema } from '#messages'
import { fusionConfig } from './config.ts'
import { admitEgo, egoAt, egoHistory, type FusionState, initialFusionState } from './fusion.ts'

const config = fusionConfig.parse({})
const T0 = 1_700_000_000_000_000_000n
const at = (timeS: number): bigint => T0 + BigInt(Math.round(timeS * 1e9))

type Said = { pose?: PlanarPose; speed?: number; acceleration?: number; yawRate?: number }

const stateAt = (timeS: number, { pose, speed, acceleration, yawRate }: Said) => {
  const init: MessageInitShape<typeof EgoStateSchema> = {
    captureTimeNs: at(timeS),
    ...(pose && {
      poseInMap: { position: { x: pose.xM, y: pose.yM, z: 1 }, orientation: quaternionFromYaw(pose.headingRad) },
    }),
    ...(speed !== undefined && { velocityInEgoMps: { x: speed, y: 0, z: 0 } }),
    ...(acceleration !== undefined && { accelerationInEgoMps2: { x: acceleration, y: 0, z: 0 } }),
    ...(yawRate !== undefined && { yawRateRadps: yawRate }),
  }
  return create(EgoStateSchema, init)
}

const admitAll = (list: readonly (readonly [number, Said])[], from: FusionState = initialFusionState) => {
  let state = from
  const codes: string[] = []
  for (const [timeS, said] of list) {
    const step = admitEgo(state, stateAt(timeS, said), at(timeS), config)
    state = step.state
    codes.push(...step.faults.map(({ code }) => code))
  }
  return { state, codes }
}

const origin: PlanarPose = { xM: 0, yM: 0, headingRad: 0 }
const x = (xM: number): PlanarPose => ({ xM, yM: 0, headingRad: 0 })

/** A car that drives a circle at 10 m/s and 0.2 rad/s, starting anywhere. */
const start: PlanarPose = { xM: 600, yM: -1200, headingRad: 2.5 }
const onCircle = (timeS: number): PlanarPose => extrapolateConstantTurnRate(start, 10, 0.2, timeS)
const circle = (
  fromS: number,
  toS: number,
  stepS = 0.05,
  said: (timeS: number) => Said = (timeS) => ({ pose: onCircle(timeS), speed: 10, yawRate: 0.2 }),
) =>
  Array.from({ length: Math.round((toS - fromS) / stepS) + 1 }, (_, index) => {
    const timeS = fromS + index * stepS
    return [timeS, said(timeS)] as const
  })

const expectPose = (found: PlanarPose | undefined, expected: PlanarPose, digits: number) => {
  expect(found?.xM).toBeCloseTo(expected.xM, digits)
  expect(found?.yM).toBeCloseTo(expected.yM, digits)
  expect(found?.headingRad).toBeCloseTo(expected.headingRad, digits)
}

describe('the ego between and after its states', () => {
  it('is nowhere before anything was heard', () => {
    expect(egoAt(initialFusionState, at(0), config)).toBeUndefined()
  })

  it('lies between two states, and is known exactly at one', () => {
    const { state } = admitAll([
      [0, { pose: x(0), speed: 10, acceleration: 0, yawRate: 0 }],
      [0.1, { pose: x(1.1), speed: 12, acceleration: 2, yawRate: 0.1 }],
    ])
    const between = egoAt(state, at(0.05), config)
    expect(between?.extrapolatedS).toBe(0)
    expect(between?.pose?.xM).toBeCloseTo(0.55, 9)
    expect(between?.speedMps).toBeCloseTo(11, 9)
    expect(between?.accelerationMps2).toBeCloseTo(1, 9)
    expect(between?.yawRateRadps).toBeCloseTo(0.05, 9)
    expect(egoAt(state, at(0.1), config)?.pose?.xM).toBe(1.1)
  })

  it('is carried on round its bend after the last state', () => {
    const { state } = admitAll(circle(0, 1))
    const ego = egoAt(state, at(1.4), config)
    expectPose(ego?.pose, onCircle(1.4), 9)
    expect(ego?.extrapolatedS).toBeCloseTo(0.4, 9)
  })

  it.each([
    ['at egoMaxAge it is', 0.5, true],
    ['1 ms later it is not', 0.501, false],
  ])('is carried on only so far: %s', (_, timeS, known) => {
    const { state } = admitAll([[0, { pose: origin, speed: 10, yawRate: 0 }]])
    expect(egoAt(state, at(timeS), config) !== undefined).toBe(known)
  })

  it.each([
    ['speeding up', 10, 2, 0.5, 5.25, 11],
    ['braking to a stand, not into reverse', 1, -4, 0.5, 0.125, 0],
    ['rolling back and braking, not forward', -1, 4, 0.5, -0.125, 0],
  ])('is carried on with its acceleration: %s', (_, speed, acceleration, timeS, distanceM, speedThen) => {
    const { state } = admitAll([[0, { pose: origin, speed, acceleration, yawRate: 0 }]])
    const ego = egoAt(state, at(timeS), config)
    expect(ego?.pose?.xM).toBeCloseTo(distanceM, 9)
    expect(ego?.speedMps).toBeCloseTo(speedThen, 9)
  })

  it('has no pose, speed or turn that nobody measured', () => {
    const { state } = admitAll([[0, { speed: 5 }]])
    expect(egoAt(state, at(0), config)).toEqual({
      timeNs: at(0),
      pose: undefined,
      speedMps: 5,
      accelerationMps2: undefined,
      yawRateRadps: undefined,
      extrapolatedS: 0,
    })
  })

  it('has a pose, but none carried on, from a single pose without motion', () => {
    const { state } = admitAll([[0, { pose: x(3) }]])
    expect(egoAt(state, at(0), config)?.pose).toEqual(x(3))
    expect(egoAt(state, at(0.1), config)).toBeUndefined()
  })

  it('has speed and yaw rate by differences where only poses are measured', () => {
    const { state } = admitAll(circle(0, 1, 0.1, (timeS) => ({ pose: onCircle(timeS) })))
    const ego = egoAt(state, at(1.2), config)
    expect(ego?.speedMps).toBeCloseTo(10, 6)
    expect(ego?.yawRateRadps).toBeCloseTo(0.2, 6)
    expectPose(ego?.pose, onCircle(1.2), 6)
  })

  it('does not join two states with a long silence between them', () => {
    const { state } = admitAll([
      [0, { pose: x(0), speed: 10, yawRate: 0 }],
      [2, { pose: x(99), speed: 10, yawRate: 0 }],
    ])
    expect(egoAt(state, at(1), config)).toBeUndefined()
    expect(egoAt(state, at(0.3), config)?.pose?.xM).toBeCloseTo(3, 9)
  })
})

describe('without a measured pose', () => {
  it('is dead-reckoned, in a frame of its own', () => {
    const { state } = admitAll(circle(0, 2, 0.05, () => ({ speed: 10, yawRate: 0.2 })))
    const from = egoAt(state, at(0.5), config)?.pose
    const to = egoAt(state, at(1.7), config)?.pose
    expectPose(from && to && relativePlanar(from, to), relativePlanar(onCircle(0.5), onCircle(1.7)), 2)
  })

  it('goes on from the last measured pose when the localisation is lost, in the same map', () => {
    const { state } = admitAll([...circle(0, 1), ...circle(1.05, 2, 0.05, () => ({ speed: 10, yawRate: 0.2 }))])
    expectPose(egoAt(state, at(2), config)?.pose, onCircle(2), 6)
  })

  it('drops the frame of dead reckoning as soon as a pose in the map comes: no pose is a mixture of both', () => {
    const { state } = admitAll([...circle(0, 1, 0.05, () => ({ speed: 10, yawRate: 0.2 })), ...circle(1.05, 1.5)])
    expect(egoAt(state, at(0.5), config)?.pose).toBeUndefined()
    expect(egoAt(state, at(0.5), config)?.speedMps).toBe(10)
    expect(egoAt(state, at(1.02), config)?.pose).toBeUndefined()
    expectPose(egoAt(state, at(1.3), config)?.pose, onCircle(1.3), 2)
  })
})

describe('ego states out of order', () => {
  it('give the same motion as in order', () => {
    const list = circle(0, 1, 0.1, (timeS) =>
      timeS < 0.45 ? { pose: onCircle(timeS), speed: 10, yawRate: 0.2 } : { speed: 10, yawRate: 0.2 },
    )
    const [first, ...rest] = list
    fc.assert(
      fc.property(fc.shuffledSubarray(rest, { minLength: rest.length, maxLength: rest.length }), (shuffled) => {
        expect(admitAll([first!, ...shuffled]).state).toEqual(admitAll(list).state)
      }),
    )
  })

  it.each([
    [
      'a second one of the same capture',
      [
        [0, {}],
        [0, { speed: 3 }],
      ] as const,
      ['ego-duplicate'],
    ],
    [
      'one older than all that is kept',
      [
        [10, {}],
        [4.9, {}],
      ] as const,
      ['ego-too-old'],
    ],
  ])('%s is dropped', (_, list, codes) => {
    const found = admitAll(list)
    expect(found.codes).toEqual(codes)
    expect(found.state.ego.points).toHaveLength(1)
  })

  it('one from the future is refused', () => {
    const step = admitEgo(initialFusionState, stateAt(0.2, { speed: 1 }), at(0), config)
    expect(step.faults.map(({ code }) => code)).toEqual(['ego-from-future'])
    expect(step.state).toEqual(initialFusionState)
  })

  it('after the clock went back by an hour the history starts anew', () => {
    const { state, codes } = admitAll([...circle(3600, 3601), ...circle(0, 1)])
    expect(codes.filter((code) => code === 'clock-jump')).toHaveLength(1)
    expectPose(egoAt(state, at(0.8), config)?.pose, onCircle(0.8), 2)
  })

  it.each([
    ['a speed that is no number', { speed: Number.NaN, yawRate: 0.1 }],
    ['a pose at infinity', { pose: x(Number.POSITIVE_INFINITY), yawRate: 0.1 }],
    ['an acceleration that is no number', { acceleration: Number.NaN, yawRate: 0.1 }],
    ['a speed beyond any car', { speed: 1e30, yawRate: 0.1 }],
    ['an acceleration beyond any crash', { acceleration: -1e9, yawRate: 0.1 }],
    ['a pose beyond the Earth', { pose: x(1e12), yawRate: 0.1 }],
  ])('%s is absent, the rest is used', (_, said) => {
    const { state, codes } = admitAll([[0, said]])
    expect(codes).toEqual(['ego-field-unusable'])
    const ego = egoAt(state, at(0), config)
    expect(ego?.yawRateRadps).toBe(0.1)
    expect([ego?.speedMps, ego?.accelerationMps2, ego?.pose]).toEqual([undefined, undefined, undefined])
  })

  it('a pose without a direction is absent', () => {
    const message = create(EgoStateSchema, {
      captureTimeNs: at(0),
      poseInMap: { position: { x: 1, y: 2, z: 3 }, orientation: { x: 0, y: 0, z: 0, w: 0 } },
    })
    const step = admitEgo(initialFusionState, message, at(0), config)
    expect(step.faults.map(({ code }) => code)).toEqual(['ego-field-unusable'])
    expect(egoAt(step.state, at(0), config)).toBeUndefined()
  })
})

describe('the ego history', () => {
  it('is in the ego frame at its instant, evenly spaced, oldest first, and ends at the origin', () => {
    const { state } = admitAll(circle(0, 5))
    const history = egoHistory(state, at(4.5), config)
    expect(history.map(({ timeS }) => timeS)).toEqual([-3, -2.5, -2, -1.5, -1, -0.5, 0])
    for (const { timeS, xM, yM, headingRad, speedMps, yawRateRadps } of history) {
      const there = relativePlanar(onCircle(4.5), onCircle(4.5 + timeS))
      expectPose({ xM: xM!, yM: yM!, headingRad: headingRad! }, there, 2)
      expect([speedMps, yawRateRadps]).toEqual([expect.closeTo(10, 9), expect.closeTo(0.2, 9)])
    }
    expect(history.at(-1)).toMatchObject({ xM: expect.closeTo(0, 9), yM: expect.closeTo(0, 9) })
  })

  it('leaves out what lies before the first state, and is empty without any', () => {
    const { state } = admitAll(circle(0, 1))
    expect(egoHistory(state, at(1), config).map(({ timeS }) => timeS)).toEqual([-1, -0.5, 0])
    expect(egoHistory(initialFusionState, at(1), config)).toEqual([])
  })

  it('has absent fields where the car did not say them', () => {
    const { state } = admitAll(circle(0, 1, 0.1, () => ({ speed: 10 })))
    const [sample] = egoHistory(state, at(1), config)
    expect(sample).toEqual(expect.objectContaining({ timeS: -1, speedMps: 10 }))
    expect(Object.keys(sample!)).not.toEqual(expect.arrayContaining(['xM']))
    expect(sample?.yawRateRadps).toBeUndefined()
  })

  it('does not depend on where the map has its origin', () => {
    const move: PlanarPose = { xM: -4000, yM: 777, headingRad: -1.1 }
    const moved = circle(0, 4, 0.05, (timeS) => ({
      pose: composePlanar(move, onCircle(timeS)),
      speed: 10,
      yawRate: 0.2,
    }))
    const there = egoHistory(admitAll(moved).state, at(4), config)
    egoHistory(admitAll(circle(0, 4)).state, at(4), config).forEach((sample, index) => {
      expect(there[index]?.xM).toBeCloseTo(sample.xM!, 6)
      expect(there[index]?.yM).toBeCloseTo(sample.yM!, 6)
    })
  })

  it('keeps no more than it needs', () => {
    const { state } = admitAll(circle(0, 60))
    expect(state.ego.points.length).toBeLessThanOrEqual(101)
    expect(structuredClone(state)).toEqual(state)
  })
})

import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  encode,
  Prediction_Intention as Intention,
  PredictionSchema,
  Prediction_Source as Source,
  TracksSchema,
} from '#messages'
import type { MovingAgent } from './moving-agent.ts'
import { predictPaths } from './predict-paths.ts'

/** Well known, and nothing of one thing says anything of another. */
const COVARIANCE = [0.1, 0, 0, 0, 0, 0.1, 0, 0, 0, 0, 0.04, 0, 0, 0, 0, 0.04]

/** Drives along map x from the origin. */
const agent = (speedMps: number, rest: Partial<MovingAgent> = {}): MovingAgent => ({
  id: 'track-1',
  label: 'car',
  poseInMap: { xM: 0, yM: 0, headingRad: 0 },
  headingSigmaRad: 0.1,
  velocityInMapMps: { x: speedMps, y: 0 },
  covariance: COVARIANCE,
  ...rest,
})

const predict = (of: MovingAgent, intention?: Intention, probability?: number) => {
  const intentions =
    intention === undefined ? [] : [{ id: of.id, intention, ...(probability !== undefined && { probability }) }]
  const [predicted] = predictPaths([of], intentions)
  const path = predicted!.path.map(({ timeS, poseInMap, xxM2, xyM2, yyM2 }) => ({
    timeS,
    ...poseInMap!,
    xx: xxM2,
    xy: xyM2,
    yy: yyM2,
  }))
  return { ...predicted!, path, last: path.at(-1)! }
}

const MEANT = Object.values(Intention).filter((value) => value !== Intention.UNSPECIFIED)

describe('an agent that the model did not name', () => {
  it('goes on at its velocity, and says where that comes from', () => {
    const { source, intention, probability, path } = predict(agent(5))
    expect({ source, intention, probability }).toEqual({
      source: Source.KINEMATICS,
      intention: 0,
      probability: undefined,
    })
    expect(path.map(({ timeS }) => timeS)).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4])
    for (const { timeS, xM, yM } of path) {
      expect(xM).toBeCloseTo(5 * timeS, 9)
      expect(yM).toBe(0)
    }
  })

  it('is predicted the same when the model named it and did not know', () => {
    const { path } = predict(agent(5), Intention.UNSPECIFIED, 0.9)
    expect(path).toEqual(predict(agent(5)).path)
    expect(predict(agent(5), Intention.UNSPECIFIED, 0.9).source).toBe(Source.KINEMATICS)
  })

  it('stays where it stands', () => {
    expect(predict(agent(0)).last).toMatchObject({ xM: 0, yM: 0 })
    expect(predict(agent(0, { velocityInMapMps: undefined })).last).toMatchObject({ xM: 0, yM: 0 })
  })
})

describe('an intention', () => {
  it.each([
    ['keeps a car at its speed', Intention.KEEP, 8, 'car', { xM: 32, yM: 0, headingRad: 0 }],
    ['brings it to a stop by 2 m/s^2: 16 m from 8 m/s', Intention.STOP, 8, 'car', { xM: 16, yM: 0, headingRad: 0 }],
    ['stops what stands where it stands', Intention.STOP, 0, 'car', { xM: 0, yM: 0, headingRad: 0 }],
    ['parks by 1.5 m/s^2', Intention.PARK, 3, 'car', { xM: 3, yM: 0, headingRad: 0 }],
    ['slows to a walking pace to yield', Intention.YIELD, 4.4, 'car', { xM: 5.8 + 2.8, yM: 0, headingRad: 0 }],
    ['lets a slow one that yields go on as slow', Intention.YIELD, 1, 'car', { xM: 4, yM: 0, headingRad: 0 }],
    ['starts a standing pedestrian across', Intention.CROSS, 0, 'pedestrian', { xM: 0.98 + 2.6 * 1.4, yM: 0 }],
    ['leaves one that is faster as it is', Intention.CROSS, 2, 'pedestrian', { xM: 8, yM: 0 }],
    ['moves a car one lane to the left', Intention.CHANGE_LANE_LEFT, 10, 'car', { xM: 40, yM: 3.5, headingRad: 0 }],
    ['moves a car one lane to the right', Intention.CHANGE_LANE_RIGHT, 10, 'car', { xM: 40, yM: -3.5, headingRad: 0 }],
    ['moves a slow one less', Intention.CHANGE_LANE_LEFT, 1, 'car', { xM: 4, yM: 1, headingRad: 0 }],
    ['lets a standing one stand', Intention.CHANGE_LANE_LEFT, 0, 'car', { xM: 0, yM: 0, headingRad: 0 }],
    [
      'turns a car left on 10 m',
      Intention.TURN_LEFT,
      5.4,
      'car',
      { xM: 10, yM: 10 + 21.6 - 5 * Math.PI, headingRad: Math.PI / 2 },
    ],
    [
      'turns a pedestrian on the spot',
      Intention.TURN_RIGHT,
      1.4,
      'pedestrian',
      { xM: 1, yM: -(1 + 5.6 - Math.PI / 2) },
    ],
    ['takes a standing car back', Intention.REVERSE, 0, 'car', { xM: -0.5625 - 3.25 * 1.5, yM: 0, headingRad: 0 }],
  ])('%s', (_, intention, speedMps, label, expected) => {
    const { source, last } = predict(agent(speedMps, { label }), intention, 1)
    expect(source).toBe(Source.MODEL)
    for (const [key, value] of Object.entries(expected)) {
      expect(last[key as keyof typeof expected], key).toBeCloseTo(value as number, 1)
    }
  })

  it('turns a fast car no sharper than 3 m/s^2 sideways, and slows it first', () => {
    const { path } = predict(agent(15), Intention.TURN_RIGHT, 1)
    const [first] = path
    expect(Math.abs(first!.headingRad)).toBeLessThan((3 / 14) * 0.5)
    expect(path.at(-1)!.yM).toBeLessThan(-5)
  })

  it('turns left to the left whatever way the agent faces', () => {
    fc.assert(
      fc.property(fc.double({ min: -3.1, max: 3.1, noNaN: true }), (headingRad) => {
        const [cos, sin] = [Math.cos(headingRad), Math.sin(headingRad)]
        const turned = agent(0, {
          poseInMap: { xM: 3, yM: -7, headingRad },
          velocityInMapMps: { x: 5 * cos, y: 5 * sin },
        })
        const { last } = predict(turned, Intention.TURN_LEFT, 1)
        const straight = predict(agent(5), Intention.TURN_LEFT, 1).last
        expect((last.xM - 3) * cos + (last.yM + 7) * sin).toBeCloseTo(straight.xM, 6)
        expect(-(last.xM - 3) * sin + (last.yM + 7) * cos).toBeCloseTo(straight.yM, 6)
      }),
    )
  })

  it('is applied along the body of an agent that goes backward', () => {
    const backing = agent(0, { velocityInMapMps: { x: -2, y: 0 } })
    expect(predict(backing, Intention.KEEP, 1).last).toMatchObject({ xM: expect.closeTo(-8, 6), headingRad: 0 })
    expect(predict(backing, Intention.STOP, 1).last.xM).toBeCloseTo(-1.33, 0)
    expect(predict(backing, Intention.REVERSE, 1).last.xM).toBeLessThan(-5)
  })

  it('for an agent that is not tracked makes none, and of two the first counts', () => {
    const paths = predictPaths(
      [agent(5)],
      [
        { id: 'track-9', intention: Intention.STOP },
        { id: 'track-1', intention: Intention.KEEP },
        { id: 'track-1', intention: Intention.STOP },
      ],
    )
    expect(paths.map(({ id, intention }) => [id, intention])).toEqual([['track-1', Intention.KEEP]])
  })
})

describe('the spread', () => {
  it('grows with time along and across, whatever is intended', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...MEANT),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.constantFrom('car', 'pedestrian', 'bicycle'),
        (intention, speedMps, label) => {
          const { path } = predict(agent(speedMps, { label }), intention, 1)
          for (const [index, { xx, yy }] of path.entries()) {
            const before = path[index - 1] ?? { xx: 0.1, yy: 0.1 }
            expect(xx + yy).toBeGreaterThan(before.xx + before.yy)
          }
        },
      ),
    )
  })

  it('is a covariance: symmetric by its making, and never negative in any direction', () => {
    const motion = fc.double({ min: -20, max: 20, noNaN: true })
    const probability = fc.double({ min: 0, max: 1, noNaN: true })
    const rootElement = fc.double({ min: -2, max: 2, noNaN: true })
    fc.assert(
      fc.property(
        fc.option(fc.constantFrom(...MEANT), { nil: undefined }),
        motion,
        motion,
        probability,
        fc.array(rootElement, { minLength: 16, maxLength: 16 }),
        (intention, x, y, p, root) => {
          // Any root times itself transposed is a covariance.
          const covariance = root.map((_, at) => {
            const [row, column] = [Math.floor(at / 4), at % 4]
            return [0, 1, 2, 3].reduce((sum, k) => sum + root[row * 4 + k]! * root[column * 4 + k]!, 0)
          })
          const { path } = predict(agent(0, { velocityInMapMps: { x, y }, covariance }), intention, p)
          for (const { xx, xy, yy, xM, yM, headingRad } of path) {
            expect([xM, yM, headingRad].every(Number.isFinite)).toBe(true)
            expect(xx * yy - xy * xy).toBeGreaterThanOrEqual(-1e-9 * (xx + yy) ** 2)
            expect(Math.min(xx, yy)).toBeGreaterThanOrEqual(0)
          }
        },
      ),
    )
  })

  it('carries what position and velocity are known to have in common', () => {
    const known = [1, 0, 0.5, 0, 0, 1, 0, 0.5, 0.5, 0, 0.25, 0, 0, 0.5, 0, 0.25]
    const [own] = [predict(agent(0, { covariance: known, headingSigmaRad: 0 })).last]
    // (1 + 4 s * 0.5)^2 of the track, and of 2 m/s^2 along and 0.5 m/s^2 across for 4 s.
    expect(own.xx).toBeCloseTo(9 + 256, 9)
    expect(own.yy).toBeCloseTo(9 + 16, 9)
  })

  it('reaches to the path without the intention, the further the more the model doubts it', () => {
    const sure = predict(agent(8), Intention.STOP, 1).last
    const unsure = predict(agent(8), Intention.STOP, 0.5).last
    expect(unsure.xM).toBe(sure.xM)
    // Half of the squared 16 m between stopping and going on.
    expect(unsure.xx - sure.xx).toBeCloseTo(0.5 * 16 ** 2, 6)
    expect(predict(agent(8), Intention.STOP).last.xx).toBe(unsure.xx)
  })

  it('of one that starts from standing reaches wherever it may face', () => {
    const lost = predict(agent(0, { label: 'pedestrian', headingSigmaRad: 1.8 }), Intention.CROSS, 1).last
    const known = predict(agent(0, { label: 'pedestrian', headingSigmaRad: 0.1 }), Intention.CROSS, 1).last
    expect(Math.sqrt(lost.yy)).toBeGreaterThan(Math.sqrt(known.yy) + 3)
  })
})

it('takes the tracks and the intentions as their messages are', () => {
  const { tracks } = create(TracksSchema, {
    tracks: [{ id: 'track-1', poseInMap: { xM: 1 }, velocityInMapMps: { x: 2 }, covariance: COVARIANCE }],
  })
  const { agents } = create(PredictionSchema, {
    agents: [{ id: 'track-1', intention: Intention.STOP, probability: 1 }],
  })
  expect(predictPaths(tracks, agents)[0]!.path.at(-1)!.poseInMap!.xM).toBeCloseTo(2, 9)
})

it('a prediction goes over the wire', () => {
  const agents = [...predictPaths([agent(5)], [])]
  expect(encode(PredictionSchema, { agents }).length).toBeGreaterThan(100)
})

it('a track without a pose is a bug', () => {
  expect(() => predictPaths([agent(5, { poseInMap: undefined })], [])).toThrow(/track-1 has no pose/)
})

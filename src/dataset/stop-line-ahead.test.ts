import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  GroundTruthMapSchema,
  GroundTruthSceneSchema,
  Perception_LightState as LightState,
  Perception_Relevance as Relevance,
} from '#messages'
import { NANO } from '../../test/nano-car.ts'
import type { DrivingScene } from './scene.ts'
import { stopLineAhead } from './stop-line-ahead.ts'

interface Facts {
  readonly state?: LightState
  readonly speedMps?: number
  readonly egoXM?: number
  readonly lineOnNextLane?: boolean
}

/** A lane along y = 2 with its line at x = 30; the ego in it at x = 10, its front 3.5 m ahead of its axle. */
const scene = ({ state = LightState.RED, speedMps = 0, egoXM = 10, lineOnNextLane = false }: Facts): DrivingScene => {
  const line = { stationM: 30, id: 'light' }
  return {
    tape: 'a test',
    id: 'a-1-t0.00s',
    rig: NANO,
    mapFromEgo: { xM: egoXM, yM: 2, headingRad: 0 },
    map: create(GroundTruthMapSchema, {
      lanes: [
        {
          id: 'own',
          widthM: 4,
          centreLine: [
            { x: 0, y: 2 },
            { x: 40, y: 2 },
          ],
          nextIds: ['next'],
          stopLines: lineOnNextLane ? [] : [line],
        },
        {
          id: 'next',
          widthM: 4,
          centreLine: [
            { x: 40, y: 2 },
            { x: 80, y: 2 },
          ],
          stopLines: lineOnNextLane ? [line] : [],
        },
      ],
    }),
    truth: create(GroundTruthSceneSchema, {
      lane: { id: 'own' },
      lights: [{ id: 'light', state, relevance: Relevance.EGO }],
      expert: {
        steps: Array.from({ length: 8 }, (_, index) => ({
          timeS: (index + 1) / 2,
          poseInEgo: { xM: (speedMps * (index + 1)) / 2, yM: 0, headingRad: 0 },
        })),
      },
    }),
    frameSet: undefined as never,
    route: undefined,
    imageOf: undefined as never,
    agents: undefined as never,
    imageBoxes: [],
  }
}

describe('the line before a red light', () => {
  it('lies across the lane, in the ego frame, and has no end where the expert waits', () => {
    const stop = stopLineAhead(scene({}))
    expect(stop?.line).toEqual([
      { xM: 20, yM: 2 },
      { xM: 20, yM: -2 },
    ])
    expect(stop?.untilS).toBeUndefined()
  })

  it('is found on the lane that follows', () => {
    expect(stopLineAhead(scene({ lineOnNextLane: true }))?.line[0]).toEqual({ xM: 60, yM: 2 })
  })

  it('holds until the last half second before the front of the expert is past it', () => {
    // 16.5 m from the front to the line at 10 m/s: between 1.5 and 2 s.
    expect(stopLineAhead(scene({ speedMps: 10 }))?.untilS).toBe(1.5)
    expect(stopLineAhead(scene({ speedMps: 100 }))?.untilS).toBe(0)
  })

  it.each([
    ['green', { state: LightState.GREEN }],
    ['yellow, where it may be too late to stop', { state: LightState.YELLOW }],
    ['red, and the front is past the line', { egoXM: 27 }],
  ])('is none where the light is %s', (_, facts) => {
    expect(stopLineAhead(scene(facts))).toBeUndefined()
  })
})

import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import {
  GroundTruthMapSchema,
  GroundTruthSceneSchema,
  Prediction_Intention as Intention,
  Perception_LightState as LightState,
  Plan_PathAction as PathAction,
  GroundTruthScene_Reason_Kind as Reason,
  Plan_SpeedAction as SpeedAction,
} from '#messages'
import { rationale } from './rationale.ts'
import { drivableSentence, lanesSentence, reasonSentence } from './scene-sentences.ts'

interface Facts {
  readonly reasons?: readonly { readonly kind: Reason; readonly id?: string; readonly distanceM?: number }[]
  readonly light?: LightState
  readonly intention?: Intention
  readonly speed?: SpeedAction
  readonly path?: PathAction
}

const scene = ({
  reasons = [],
  light = LightState.RED,
  intention = Intention.KEEP,
  speed = SpeedAction.KEEP,
  path = PathAction.STRAIGHT,
}: Facts) =>
  create(GroundTruthSceneSchema, {
    lights: [{ id: 'light', state: light }],
    futures: [{ agentId: 'somebody', intention }],
    expert: { reasons: [...reasons], speedAction: speed, pathAction: path },
  })

describe('the reason of a plan', () => {
  it.each([
    ['The lane ahead is free.', {}],
    ['The light ahead is red.', { reasons: [{ kind: Reason.RED_LIGHT, id: 'light' }] }],
    ['The light ahead is yellow.', { reasons: [{ kind: Reason.RED_LIGHT, id: 'light' }], light: LightState.YELLOW }],
    ['There is a stop sign.', { reasons: [{ kind: Reason.STOP_SIGN }] }],
    ['Others go first.', { reasons: [{ kind: Reason.GIVE_WAY }] }],
    ['A pedestrian crosses the road.', { reasons: [{ kind: Reason.PEDESTRIAN }, { kind: Reason.CURVE }] }],
    ['The vehicle ahead is slow.', { reasons: [{ kind: Reason.LEAD_VEHICLE }] }],
    ['The cyclist ahead is slow.', { reasons: [{ kind: Reason.CYCLIST }] }],
    ['The road bends.', { reasons: [{ kind: Reason.CURVE }] }],
    ['The speed limit is low.', { reasons: [{ kind: Reason.SPEED_LIMIT }] }],
  ] as const)('says the strongest: %s', (sentence, facts) => {
    expect(reasonSentence(scene(facts))).toBe(sentence)
  })

  it('is in the letters that an answer may have, and holds no number', () => {
    for (const kind of Object.values(Reason)) {
      for (const text of [
        reasonSentence(scene({ reasons: [{ kind }] })),
        drivableSentence(scene({ reasons: [{ kind }] })),
      ]) {
        expect(text).toMatch(/^[A-Z][a-z ]+\.$/)
      }
    }
  })
})

describe('thoughts before a plan', () => {
  it.each([
    ['The lane ahead is free. So we keep our speed.', {}],
    ['The lane ahead is free for now. So we slow down.', { speed: SpeedAction.DECELERATE }],
    [
      'The light for us is red, about 25 m ahead. We have to wait. So we stop.',
      { reasons: [{ kind: Reason.RED_LIGHT, id: 'light', distanceM: 23 }], speed: SpeedAction.STOP },
    ],
    [
      'The light for us is yellow, about 40 m ahead. We may have to wait. So we slow down.',
      {
        reasons: [{ kind: Reason.RED_LIGHT, id: 'light', distanceM: 41 }],
        speed: SpeedAction.DECELERATE,
        light: LightState.YELLOW,
      },
    ],
    [
      'There is a vehicle, right ahead. It will turn right. The road bends. So we slow down and turn left.',
      {
        reasons: [{ kind: Reason.LEAD_VEHICLE, id: 'somebody', distanceM: 2 }, { kind: Reason.CURVE }],
        intention: Intention.TURN_RIGHT,
        speed: SpeedAction.DECELERATE,
        path: PathAction.TURN_LEFT,
      },
    ],
  ] as const)('tell what is seen, what it will do and what follows: %s', (text, facts) => {
    expect(rationale(scene(facts))).toBe(text)
  })

  it('have about 40 words, however many reasons there are', () => {
    for (const kind of Object.values(Reason)) {
      const reasons = Array.from({ length: 5 }, () => ({ kind, id: 'somebody', distanceM: 100 }))
      const text = rationale(
        scene({ reasons, intention: Intention.CHANGE_LANE_LEFT, path: PathAction.CHANGE_LANE_RIGHT }),
      )
      expect(text.split(' ').length).toBeLessThanOrEqual(45)
    }
  })
})

describe('what is said of the lanes', () => {
  const map = create(GroundTruthMapSchema, {
    lanes: [
      { id: 'alone' },
      { id: 'left', rightId: 'right' },
      { id: 'right', leftId: 'left' },
      { id: 'a', rightId: 'b' },
      { id: 'b', leftId: 'a', rightId: 'c' },
      { id: 'c', leftId: 'b' },
      { id: 'across', inJunction: true },
      // A broken map does not count for ever.
      { id: 'ring', leftId: 'ring' },
    ],
  })
  it.each([
    ['alone', 'One lane in this direction.'],
    ['left', 'Two lanes in this direction, the ego in the left one.'],
    ['right', 'Two lanes in this direction, the ego in the right one.'],
    ['b', 'Three lanes in this direction, the ego in the middle one.'],
    ['across', 'The ego crosses a junction.'],
    ['ring', 'Many lanes in this direction, the ego in the right one.'],
    ['nowhere', ''],
  ])('%s: %s', (id, sentence) => {
    expect(lanesSentence(create(GroundTruthSceneSchema, { lane: { id } }), map)).toBe(sentence)
  })

  it('is nothing without a map', () => {
    expect(lanesSentence(create(GroundTruthSceneSchema, { lane: { id: 'alone' } }), undefined)).toBe('')
  })
})

import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, test } from 'vitest'
import {
  GroundTruthImageBoxesSchema,
  GroundTruthSceneSchema,
  GroundTruthScene_Reason_Kind as ReasonKind,
  Perception_Relevance as Relevance,
  GroundTruthScene_Sign_Kind as SignKind,
} from '#messages'
import { isReasonInSight } from './reason-in-sight.ts'

type Scene = MessageInitShape<typeof GroundTruthSceneSchema>
type Boxes = NonNullable<MessageInitShape<typeof GroundTruthImageBoxesSchema>['boxes']>

const BOX = { view: 'front', minX: 10, minY: 10, maxX: 20, maxY: 30, visibleFraction: 1 }
const WHOLE = { minX: 10, minY: 10, maxX: 20, maxY: 30 }
const SEEN = { seenMinX: 10, seenMinY: 10, seenMaxX: 20, seenMaxY: 30 }
const reasons = (...kinds: readonly (readonly [ReasonKind, string])[]) => ({
  expert: { reasons: kinds.map(([kind, id]) => ({ kind, id })) },
})
const ours = { relevance: Relevance.EGO }

test.each<[string, boolean, Scene, Boxes]>([
  ['nothing to be slow for', false, {}, []],
  [
    'somebody who is seen',
    true,
    reasons([ReasonKind.PEDESTRIAN, 'a']),
    [{ agentId: 'a', ...WHOLE, ...SEEN, visibleFraction: 0.3 }],
  ],
  [
    'somebody of whom hardly anything is seen',
    false,
    reasons([ReasonKind.PEDESTRIAN, 'a']),
    [{ agentId: 'a', ...WHOLE, ...SEEN, visibleFraction: 0.2 }],
  ],
  ['somebody who is hidden', false, reasons([ReasonKind.CYCLIST, 'a']), [{ agentId: 'a', ...WHOLE }]],
  ['somebody else who is seen', false, reasons([ReasonKind.LEAD_VEHICLE, 'a']), [{ agentId: 'b', ...WHOLE, ...SEEN }]],
  [
    'the second of two reasons',
    true,
    reasons([ReasonKind.CURVE, ''], [ReasonKind.LEAD_VEHICLE, 'b']),
    [{ agentId: 'b', ...WHOLE, ...SEEN }],
  ],
  ['a bend alone', false, reasons([ReasonKind.CURVE, '']), []],
  ['a light', true, { ...reasons([ReasonKind.RED_LIGHT, 'l']), lights: [{ id: 'l', boxes: [BOX] }] }, []],
  ['a light above the image', false, { ...reasons([ReasonKind.RED_LIGHT, 'l']), lights: [{ id: 'l', boxes: [] }] }, []],
  [
    'a stop sign',
    true,
    { ...reasons([ReasonKind.STOP_SIGN, '']), signs: [{ kind: SignKind.STOP, ...ours, boxes: [BOX] }] },
    [],
  ],
  [
    'a sign of another kind',
    false,
    { ...reasons([ReasonKind.GIVE_WAY, '']), signs: [{ kind: SignKind.STOP, ...ours, boxes: [BOX] }] },
    [],
  ],
])('%s', (_, expected, scene, boxes) => {
  const truth = create(GroundTruthSceneSchema, scene)
  expect(isReasonInSight({ truth, imageBoxes: [create(GroundTruthImageBoxesSchema, { view: 'front', boxes })] })).toBe(
    expected,
  )
})

import { readFileSync } from 'node:fs'
import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { expect, it, test } from 'vitest'
import { parseRig } from '#calibration'
import { constantVelocityAdeM } from '#dataset'
import { fusionConfig } from '#fusion'
import {
  GroundTruthImageBoxesSchema,
  GroundTruthSceneSchema,
  GroundTruthScene_Reason_Kind as ReasonKind,
  Perception_Relevance as Relevance,
  GroundTruthScene_Sign_Kind as SignKind,
} from '#messages'
import { ROOT } from '../../../test/oracles.ts'
import { isReasonInSight } from './reason-in-sight.ts'
import { drivingSuite, suiteCases } from './suite.ts'

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

it('is so in every scene of the held-out suite', async () => {
  const rig = parseRig(readFileSync(`${ROOT}examples/nano/nano.rig.yaml`, 'utf8'))
  const suite = drivingSuite('held-out')
  const drives = [...Array(6).keys()].flatMap((index) =>
    ['serpentine', 'skew-intersection', 'village'].map((family) => ({ family, seed: 7000 + index })),
  )
  const cases = await Promise.all(drives.map((drive) => suiteCases(drive, suite, rig, fusionConfig.parse({}))))
  const scenes = cases.flat().map(({ scene }) => scene)
  expect(scenes.length).toBeGreaterThan(3)
  for (const scene of scenes) {
    expect(isReasonInSight(scene)).toBe(true)
    expect(constantVelocityAdeM(scene)).toBeGreaterThanOrEqual(suite.hard.constantVelocityAdeM)
  }
}, 120_000)

import { expect, test } from 'vitest'
import { projectBox } from '#calibration'
import { IDENTITY_TRANSFORM, quaternionFromYaw, transformFromPlanar } from '#geometry'
import { sceneConfig } from './config.ts'
import { egoPoseAt, liftBoxes } from './lift-boxes.ts'
import { toyRig } from './testing/toy-rig.ts'

const config = sceneConfig.parse({ edgeSigmaPx: 0.3, edgeSigmaShare: 0 })
const rig = toyRig()
const [camera] = rig.cameras
const MS = 1_000_000n
const pose = (timeNs: bigint, xM: number) => ({ timeNs, mapFromEgo: transformFromPlanar({ xM, yM: 0, headingRad: 0 }) })

test('between two poses the ego is between them; outside it is taken where it was last, for a tenth of a second', () => {
  const poses = [pose(0n, 0), pose(100n * MS, 2)]
  expect(egoPoseAt(poses, 25n * MS)?.translation.x).toBeCloseTo(0.5, 12)
  expect(egoPoseAt(poses, 100n * MS)?.translation.x).toBe(2)
  expect(egoPoseAt(poses, 150n * MS)?.translation.x).toBe(2)
  expect(egoPoseAt(poses, -50n * MS)?.translation.x).toBe(0)
  expect(egoPoseAt(poses, 250n * MS)).toBeUndefined()
  expect(egoPoseAt([], 0n)).toBeUndefined()
})

test('a parked car stands still in the map although the car that sees it moves between the exposures', () => {
  const standing = { x: 30, y: 3 }
  const at = (timeNs: bigint, egoXM: number) => {
    const box = projectBox(camera!, {
      pose: { translation: { x: standing.x - egoXM, y: standing.y, z: 0.86 }, rotation: quaternionFromYaw(0) },
      sizeM: { x: 4.61, y: 1.95, z: 1.72 },
    })!
    const images = [{ view: 'front' as const, captureTimeNs: timeNs, boxes: [{ key: 'a', label: 'car', box }] }]
    return liftBoxes(images, rig, [pose(0n, 0), pose(200n * MS, 4)], config).detections[0]!.positionInMap
  }
  const first = at(0n, 0)
  const later = at(43n * MS, 0.86)
  expect(Math.hypot(later.xM - first.xM, later.yM - first.yM)).toBeLessThan(0.1)
})

test("the camera's offset and read-out count: the pose is that of the row on which the agent stands", () => {
  const slow = { ...rig, cameras: [{ ...camera!, timeOffsetMs: 20, readoutMs: 40 }] }
  const box = { minX: 700, minY: 400, maxX: 900, maxY: 675 }
  const images = [{ view: 'front' as const, captureTimeNs: 0n, boxes: [{ key: 'a', label: 'car', box }] }]
  const poses = [pose(0n, 0), pose(100n * MS, 2)]
  const [early] = liftBoxes(images, rig, poses, config).detections
  const [late] = liftBoxes(images, slow, poses, config).detections
  expect(late!.timeNs).toBe(50n * MS)
  expect(late!.positionInMap.xM - early!.positionInMap.xM).toBeCloseTo(1, 9)
})

test('a box without an ego pose at its time, of an unknown view or on the horizon is named as not lifted', () => {
  const box = { minX: 700, minY: 400, maxX: 900, maxY: 675 }
  const horizon = { minX: 799, minY: 449.8, maxX: 801, maxY: 450.2 }
  const images = [
    { view: 'front' as const, captureTimeNs: 0n, boxes: [{ key: 'good', label: 'car', box }] },
    { view: 'front' as const, captureTimeNs: 0n, boxes: [{ key: 'far', label: 'car', box: horizon }] },
    { view: 'front' as const, captureTimeNs: 9000n * MS, boxes: [{ key: 'late', label: 'car', box }] },
    { view: 'back' as const, captureTimeNs: 0n, boxes: [{ key: 'elsewhere', label: 'car', box }] },
  ]
  const lifted = liftBoxes(images, rig, [{ timeNs: 0n, mapFromEgo: IDENTITY_TRANSFORM }], config)
  expect(lifted.detections.map(({ keys }) => keys[0])).toEqual(['good'])
  expect(lifted.notLifted).toEqual(['far', 'late', 'elsewhere'])
})

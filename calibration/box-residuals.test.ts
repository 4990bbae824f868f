import { expect, test } from 'vitest'
import { type Box2, multiplyQuaternions, quaternionFromYaw } from '#geometry'
import { type BoxPair, boxResiduals, checkResiduals } from './box-residuals.ts'
import { parseRig } from './parse-rig.ts'
import { projectBox } from './project.ts'
import type { RigCamera } from './rig-schema.ts'

const AHEAD = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }
const cameraTurned = (yawDeg: number): RigCamera =>
  parseRig(
    JSON.stringify({
      cameras: [
        {
          view: 'front',
          width: 1600,
          height: 900,
          model: { kind: 'pinhole', fx: 1000, fy: 1000, cx: 800, cy: 450 },
          egoFromCamera: {
            translation: { x: 1, y: 0, z: 1.5 },
            rotation: multiplyQuaternions(quaternionFromYaw((yawDeg * Math.PI) / 180), AHEAD),
          },
        },
      ],
    }),
  ).cameras[0]!

const straight = cameraTurned(0)
const seenBy = (camera: RigCamera): readonly Box2[] =>
  [-6, -3, 0, 3, 6].map(
    (y) =>
      projectBox(camera, {
        pose: { translation: { x: 25 + y, y, z: 0.8 }, rotation: quaternionFromYaw(y) },
        sizeM: { x: 4, y: 2, z: 1.6 },
      })!,
  )
const pairsOf = (camera: RigCamera): readonly BoxPair[] => {
  const drawn = seenBy(straight)
  return seenBy(camera).map((known, index) => ({ drawn: drawn[index]!, known }))
}

test('a rig that fits its boxes leaves no residual and nothing to complain about', () => {
  const { boxes, meanX, meanY, p95Px } = boxResiduals(straight, pairsOf(straight))
  expect(boxes).toBe(5)
  for (const residual of [meanX, meanY, p95Px]) expect(residual).toBeCloseTo(0, 9)
  expect(checkResiduals(straight, 'cameras[0] (front)', pairsOf(straight))).toEqual([])
})

test.each([
  ['left', 1, '1 degrees to the left'],
  ['right', -1, '1 degrees to the right'],
])('a camera that was knocked one degree to the %s is named, and by how much', (_way, yawDeg, words) => {
  const [finding, ...others] = checkResiduals(straight, 'cameras[0] (front)', pairsOf(cameraTurned(yawDeg)))
  expect(others).toEqual([])
  expect(finding).toMatchObject({ code: 'RIG_BOXES_SHIFTED', where: 'cameras[0] (front)' })
  const [, degrees, way] = /turned ([\d.]+) degrees to the (\w+)/.exec(finding!.found)!
  expect(Number(degrees)).toBeCloseTo(1, 1)
  expect(words).toContain(way)
})

test('boxes cut by the image, or too few, prove nothing', () => {
  const cut: BoxPair = {
    drawn: { minX: 0, minY: 400, maxX: 200, maxY: 600 },
    known: { minX: 0, minY: 400, maxX: 250, maxY: 600 },
  }
  expect(boxResiduals(straight, [cut, cut, cut])).toEqual({ view: 'front', boxes: 0 })
  const two = pairsOf(cameraTurned(2)).slice(0, 2)
  expect(checkResiduals(straight, 'cameras[0] (front)', two)).toEqual([])
})

test('boxes that scatter without a common shift are drawn badly, which is no fault of the rig', () => {
  const scattered = seenBy(straight).map((drawn, index) => {
    const off = index % 2 === 0 ? 12 : -15
    return { drawn, known: { ...drawn, minX: drawn.minX + off, maxX: drawn.maxX + off } }
  })
  expect(checkResiduals(straight, 'cameras[0] (front)', scattered)).toEqual([])
})

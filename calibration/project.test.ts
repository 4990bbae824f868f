import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Box3, IDENTITY_QUATERNION, quaternionFromYaw } from '#geometry'
import { ROOT } from '../test/oracles.ts'
import { clipPolygonToImage, isInImage } from './clip-to-image.ts'
import { parseRig } from './parse-rig.ts'
import { projectBox, projectPath, projectPoint, projectPolygon } from './project.ts'
import type { RigCamera } from './rig-schema.ts'
import { groundPointAtPixel, rayThroughPixel } from './unproject.ts'

const { cameras } = parseRig(readFileSync(`${ROOT}examples/town/town.rig.yaml`, 'utf8'))
const front = cameras[0]!
const bent: RigCamera = {
  ...front,
  model: { ...front.model, kind: 'brown-conrady', k1: -0.25, k2: 0.05, p1: 0.001, p2: -0.001, k3: 0 },
}
const carAt = (x: number, y: number, yawRad = 0): Box3 => ({
  pose: { translation: { x, y, z: 0.75 }, rotation: quaternionFromYaw(yawRad) },
  sizeM: { x: 4.3, y: 1.8, z: 1.5 },
})

test('straight ahead at the height of the camera is its principal point; left of it is left, and the road is below', () => {
  const ahead = projectPoint(front, { x: 21.7, y: 0, z: 1.5 })
  expect(ahead?.x).toBeCloseTo(front.model.cx, 9)
  expect(ahead?.y).toBeCloseTo(front.model.cy, 9)
  const left = projectPoint(front, { x: 21.7, y: 1, z: 0 })
  expect(left?.x).toBeCloseTo(front.model.cx - front.model.fx / 20, 9)
  expect(left?.y).toBeCloseTo(front.model.cy + (1.5 * front.model.fy) / 20, 9)
})

test.each([
  ['front_left', 10, 12],
  ['front_right', 10, -12],
  ['back', -15, 0],
  ['back_left', -5, 12],
  ['back_right', -5, -12],
])('what is %s of the car is seen by that camera', (view, x, y) => {
  const camera = cameras.find((other) => other.view === view)!
  const pixel = projectPoint(camera, { x, y, z: 1 })
  expect(pixel && isInImage(camera, pixel)).toBe(true)
  expect(projectPoint(front, { x: -15, y: 0, z: 1 })).toBeUndefined()
})

test.each([
  ['an ideal lens', front],
  ['a bent lens', bent],
])('through %s, a point on the ground comes back from its pixel', (_, camera) => {
  const onTheGround = fc.record({
    x: fc.double({ min: 8, max: 60, noNaN: true }),
    y: fc.double({ min: -4, max: 4, noNaN: true }),
  })
  fc.assert(
    fc.property(onTheGround, ({ x, y }) => {
      const pixel = projectPoint(camera, { x, y, z: 0 })
      const ground = groundPointAtPixel(camera, pixel!)
      expect(ground?.xM).toBeCloseTo(x, 4)
      expect(ground?.yM).toBeCloseTo(y, 4)
    }),
  )
})

test('the sky meets no ground, and rays are of length one', () => {
  expect(groundPointAtPixel(front, { x: 200, y: 20 })).toBeUndefined()
  expect(groundPointAtPixel(front, { x: 200, y: front.model.cy - 1 })).toBeUndefined()
  const { direction } = rayThroughPixel(front, { x: 3, y: 7 })!
  expect(Math.hypot(direction.x, direction.y, direction.z)).toBeCloseTo(1, 12)
})

test('the box around a car ahead touches its corners', () => {
  const box = projectBox(front, carAt(22, 0))
  // Its back is nearest, 22 - 2.15 - 1.7 m from the camera, and 1.8 m wide.
  expect(box!.maxX - box!.minX).toBeCloseTo((1.8 * front.model.fx) / 18.15, 6)
  expect(box!.maxY).toBeCloseTo(front.model.cy + (1.5 * front.model.fy) / 18.15, 6)
})

test('a car that reaches behind the camera is cut there, and its box stays on the image', () => {
  const box = projectBox(front, carAt(2, -2))!
  expect(box.maxX).toBe(front.width)
  expect(box.minX).toBeGreaterThan(front.width / 2)
  expect(box.maxY).toBe(front.height)
  expect(projectBox(front, carAt(-5, 0))).toBeUndefined()
  expect(projectBox(front, carAt(10, 40))).toBeUndefined()
})

test('a car around the camera fills the image', () => {
  expect(projectBox(front, { ...carAt(1.7, 0), sizeM: { x: 6, y: 6, z: 6 } })).toEqual({
    minX: 0,
    minY: 0,
    maxX: front.width,
    maxY: front.height,
  })
})

test('boxes and polygons are finite and on the image, wherever the thing is', () => {
  const place = fc.double({ min: -30, max: 30, noNaN: true })
  fc.assert(
    fc.property(place, place, place, fc.constantFrom(front, bent, ...cameras), (x, y, yawRad, camera) => {
      const box = projectBox(camera, carAt(x, y, yawRad))
      if (box) {
        expect(box.minX).toBeGreaterThanOrEqual(0)
        expect(box.maxX).toBeLessThanOrEqual(camera.width)
        expect(box.minY).toBeLessThan(box.maxY)
      }
      const ground = [
        { x: x - 50, y: y - 50, z: 0 },
        { x: x + 50, y: y - 50, z: 0 },
        { x: x + 50, y: y + 50, z: 0 },
        { x: x - 50, y: y + 50, z: 0 },
      ]
      for (const pixel of clipPolygonToImage(camera, projectPolygon(camera, ground))) {
        expect(isInImage(camera, { x: Number(pixel.x.toFixed(6)), y: Number(pixel.y.toFixed(6)) })).toBe(true)
      }
    }),
  )
})

test('a path that leaves the view and comes back is two lines', () => {
  const path = [
    { x: 10, y: 0, z: 0 },
    { x: 12, y: 30, z: 0 },
    { x: 14, y: 30, z: 0 },
    { x: 16, y: 0, z: 0 },
    { x: 20, y: 0, z: 0 },
  ]
  const lines = projectPath(front, path)
  expect(lines.map((line) => line.length)).toEqual([2, 3])
  expect(lines[0]![1]!.x).toBeCloseTo(0, 6)
})

test('a path that starts behind the camera begins at the lower edge of the image and goes on in one line', () => {
  const path = [-1, 1, 3, 5, 10, 40].map((x) => ({ x, y: 0, z: 0 }))
  const [line, ...others] = projectPath(front, path)
  expect(others).toEqual([])
  expect(line).toHaveLength(3)
  expect(line![0]!.y).toBeCloseTo(front.height, 6)
  const rows = line!.map(({ y }) => y)
  expect(rows).toEqual(rows.toSorted((a, b) => b - a))
})

test('a bent lens draws a straight kerb as a curve without corners', () => {
  const kerb = [
    { x: 3, y: 3, z: 0 },
    { x: 60, y: 3, z: 0 },
  ]
  const [line] = projectPath(bent, kerb)
  expect(line!.length).toBeGreaterThan(20)
  // 90 % of the way in camera depth, straight through the lens model.
  const direct = projectPoint(bent, { x: 20, y: 3, z: 0 })!
  const gaps = line!.slice(1).map((to, index) => {
    const from = line![index]!
    const along =
      ((direct.x - from.x) * (to.x - from.x) + (direct.y - from.y) * (to.y - from.y)) /
      ((to.x - from.x) ** 2 + (to.y - from.y) ** 2)
    if (along < 0 || along > 1) return Number.POSITIVE_INFINITY
    return Math.hypot(direct.x - from.x - along * (to.x - from.x), direct.y - from.y - along * (to.y - from.y))
  })
  expect(Math.min(...gaps)).toBeLessThan(0.1)
})

test('no rotation at all is taken as one', () => {
  const level: RigCamera = { ...front, egoFromCamera: { ...front.egoFromCamera, rotation: IDENTITY_QUATERNION } }
  expect(projectPoint(level, { x: 1.7, y: 0, z: 2.5 })?.x).toBeCloseTo(front.model.cx, 9)
})

import { expect, test } from 'vitest'
import { BOX_EDGES, boundingBox, boxCorners, intersectBoxes, planarBoxCorners, planarBoxesOverlap } from './box.ts'
import { quaternionFromYaw } from './quaternion.ts'
import { subtractVectors, vectorLength } from './vector.ts'

const car = {
  pose: { translation: { x: 10, y: 2, z: 1 }, rotation: quaternionFromYaw(Math.PI / 2) },
  sizeM: { x: 4, y: 2, z: 1.5 },
}

test('the front face of a car that heads left lies 2 m further left, and its left side 1 m nearer', () => {
  const [frontTopLeft] = boxCorners(car)
  expect(frontTopLeft?.x).toBeCloseTo(9, 9)
  expect(frontTopLeft?.y).toBeCloseTo(4, 9)
  expect(frontTopLeft?.z).toBeCloseTo(1.75, 9)
})

test('each edge of a box has the length of one of its sides', () => {
  const corners = boxCorners(car)
  const lengths = BOX_EDGES.map(([a, b]) => vectorLength(subtractVectors(corners[a]!, corners[b]!)))
  expect(lengths.map((length) => Number(length.toFixed(9))).sort()).toEqual(
    [4, 4, 4, 4, 2, 2, 2, 2, 1.5, 1.5, 1.5, 1.5].sort(),
  )
})

test('the corners of a rectangle go round counter-clockwise from front left', () => {
  const corners = planarBoxCorners({ pose: { xM: 0, yM: 0, headingRad: 0 }, lengthM: 4, widthM: 2 })
  expect(corners.map(({ xM, yM }) => [xM, yM])).toEqual([
    [2, 1],
    [-2, 1],
    [-2, -1],
    [2, -1],
  ])
})

test.each([
  ['side by side', 0, 2.1, 0, false],
  ['one into the other', 3.9, 0, 0, true],
  ['near, but the corner of a turned one stays clear', 3.3, 2.6, Math.PI / 4, false],
  ['near, and the corner of a turned one reaches in', 3, 2, Math.PI / 4, true],
])('%s', (_, xM, yM, headingRad, overlap) => {
  const ego = { pose: { xM: 0, yM: 0, headingRad: 0 }, lengthM: 4, widthM: 2 }
  const other = { ...ego, pose: { xM, yM, headingRad } }
  expect(planarBoxesOverlap(ego, other)).toBe(overlap)
  expect(planarBoxesOverlap(other, ego)).toBe(overlap)
})

test('boxes in the image are bounded, cut, and undefined where nothing is left', () => {
  expect(boundingBox([])).toBeUndefined()
  const box = boundingBox([
    { x: 3, y: -1 },
    { x: -2, y: 5 },
  ])
  expect(box).toEqual({ minX: -2, minY: -1, maxX: 3, maxY: 5 })
  const image = { minX: 0, minY: 0, maxX: 2, maxY: 2 }
  expect(intersectBoxes(box!, image)).toEqual(image)
  expect(intersectBoxes({ minX: 3, minY: 0, maxX: 4, maxY: 1 }, image)).toBeUndefined()
})

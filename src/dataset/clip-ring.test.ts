import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clipRing } from './clip-ring.ts'

const window = { minX: -10, minY: -5, maxX: 10, maxY: 5 }
const coordinate = fc.integer({ min: -30, max: 30 })
const ring = fc.array(fc.record({ xM: coordinate, yM: coordinate }), { minLength: 3, maxLength: 12 })

/** Whether a ray to the right crosses the ring an odd number of times. */
const isInside = (points: readonly { xM: number; yM: number }[], x: number, y: number): boolean =>
  points.filter((a, index) => {
    const b = points[(index + 1) % points.length]!
    return a.yM > y !== b.yM > y && x < a.xM + ((y - a.yM) / (b.yM - a.yM)) * (b.xM - a.xM)
  }).length %
    2 ===
  1

describe('a ring cut at a window', () => {
  it('reaches nowhere out of it', () => {
    fc.assert(
      fc.property(ring, (points) => {
        for (const { xM, yM } of clipRing(points, window)) {
          expect(Math.abs(xM)).toBeLessThanOrEqual(10 + 1e-9)
          expect(Math.abs(yM)).toBeLessThanOrEqual(5 + 1e-9)
        }
      }),
    )
  })

  it('holds within the window what the ring held', () => {
    // Off the grid of the corners, so that a point lies on an edge once in a blue moon.
    const within = fc.record({
      x: fc.integer({ min: -10, max: 9 }).map((whole) => whole + 0.3719),
      y: fc.integer({ min: -5, max: 4 }).map((whole) => whole + 0.4171),
    })
    fc.assert(
      fc.property(ring, within, (points, { x, y }) => {
        const onEdge = points.some((a, index) => {
          const b = points[(index + 1) % points.length]!
          const [dx, dy] = [b.xM - a.xM, b.yM - a.yM]
          return Math.abs(dx * (y - a.yM) - dy * (x - a.xM)) < 1e-6 * (1 + Math.hypot(dx, dy))
        })
        fc.pre(!onEdge)
        expect(isInside(clipRing(points, window), x, y)).toBe(isInside(points, x, y))
      }),
    )
  })

  it('is itself where it lies within, and nothing where it lies without', () => {
    const square = [
      { xM: 1, yM: 1 },
      { xM: 2, yM: 1 },
      { xM: 2, yM: 2 },
    ]
    expect(clipRing(square, window)).toEqual(square)
    expect(
      clipRing(
        square.map(({ xM, yM }) => ({ xM: xM + 20, yM })),
        window,
      ),
    ).toEqual([])
  })
})

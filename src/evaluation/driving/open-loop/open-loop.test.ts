import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PlanarBox } from '#geometry'
import { bootstrapInterval } from './bootstrap.ts'
import { collisions } from './collision.ts'
import { byProtocol } from './horizons.ts'
import { pathError } from './path-error.ts'

const along = (...xs: number[]) => xs.map((xM) => ({ xM, yM: 0 }))
const box = (xM: number, yM = 0): PlanarBox => ({ pose: { xM, yM, headingRad: 0 }, lengthM: 4, widthM: 2 })

describe('the error of a path', () => {
  it('is the distance at each pose, its mean and its last', () => {
    const { l2M, adeM, fdeM } = pathError(along(1, 2, 3, 4, 5, 6, 7, 8), along(1, 2, 3, 4, 5, 12, 0, 0))
    expect(l2M).toEqual([0, 0, 0, 0, 0, 6])
    expect([adeM, fdeM]).toEqual([1, 6])
  })

  it('is by UniAD that at the instant, by ST-P3 the mean up to it', () => {
    expect(byProtocol([1, 2, 3, 4, 5, 6])).toEqual({ uniad: [2, 4, 6, 4], stp3: [1.5, 2.5, 3.5, 2.5] })
  })

  it('does not change when plan and drive are moved together, and is 0 only where they are one', () => {
    const path = fc.array(fc.record({ xM: fc.double({ min: -99, max: 99, noNaN: true }), yM: fc.constant(1) }), {
      minLength: 6,
      maxLength: 8,
    })
    fc.assert(
      fc.property(path, path, fc.double({ min: -9, max: 9, noNaN: true }), (a, b, byM) => {
        const moved = (points: typeof a) => points.map(({ xM, yM }) => ({ xM: xM + byM, yM: yM - byM }))
        expect(pathError(moved(a), moved(b)).adeM).toBeCloseTo(pathError(a, b).adeM, 6)
        expect(pathError(a, a).adeM).toBe(0)
      }),
    )
  })

  it('of a plan shorter than 3 s is a bug', () => {
    expect(() => pathError(along(1, 2), along(1, 2))).toThrow(/expected 6 poses/)
  })
})

describe('collisions', () => {
  it('are told at their instants, for vehicles and for everybody', () => {
    const others = [[{ box: box(10), vehicle: true }], [{ box: box(10), vehicle: false }], []]
    expect(collisions([box(8), box(8), box(8)], [box(0), box(0), box(0)], others)).toEqual({
      vehicles: [true, false, false],
      everybody: [true, true, false],
    })
  })

  it('are left out where the ego as driven collides too', () => {
    expect(collisions([box(8)], [box(9)], [[{ box: box(10), vehicle: true }]]).everybody).toEqual([false])
  })
})

describe('the interval of a mean', () => {
  it('holds the mean, and is wider when scenes come in groups that are alike', () => {
    const values = Array.from({ length: 200 }, (_, index) => Math.floor(index / 20))
    const alone = bootstrapInterval(
      values,
      values.map((_, index) => `${index}`),
    )!
    const grouped = bootstrapInterval(
      values,
      values.map((value) => `${value}`),
    )!
    expect(alone[0]).toBeLessThan(4.5)
    expect(alone[1]).toBeGreaterThan(4.5)
    expect(grouped[1] - grouped[0]).toBeGreaterThan(2 * (alone[1] - alone[0]))
    // Normal theory: 1.96 * sd / sqrt(n) to either side.
    expect(alone[1] - alone[0]).toBeCloseTo((2 * 1.96 * Math.sqrt(8.25)) / Math.sqrt(200), 1)
  })

  it('of nothing is none', () => expect(bootstrapInterval([], [])).toBeUndefined())
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Perception_Kind as Kind, Perception_LightState as LightState } from '#messages'
import { agentsScore } from './agents-score.ts'
import { averagePrecision } from './average-precision.ts'
import { lightScore } from './light-score.ts'
import { matchBoxes } from './match-boxes.ts'
import { intersectionOverUnion, type SeenBox } from './seen-box.ts'
import { signScore } from './sign-score.ts'

const seen = (
  minX: number,
  { view = 'front', kind = Kind.CAR, size = 20 }: { view?: string; kind?: Kind; size?: number } = {},
): SeenBox => ({
  view,
  kind,
  box: { minX, minY: 10, maxX: minX + size, maxY: 10 + size },
})

it('IoU is the share of common area, the same both ways, 1 with itself and 0 apart', () => {
  expect(intersectionOverUnion(seen(0).box, seen(10).box)).toBeCloseTo(1 / 3, 12)
  const box = fc.tuple(fc.nat(99), fc.nat(99), fc.integer({ min: 1, max: 99 }), fc.integer({ min: 1, max: 99 }))
  fc.assert(
    fc.property(box, box, (a, b) => {
      const [p, q] = [a, b].map(([x, y, w, h]) => ({ minX: x, minY: y, maxX: x + w, maxY: y + h })) as [never, never]
      expect(intersectionOverUnion(p, q)).toBe(intersectionOverUnion(q, p))
      expect(intersectionOverUnion(p, p)).toBe(1)
    }),
  )
})

describe('matching', () => {
  it('pairs only what agrees in view and kind, and for the greatest sum of IoU', () => {
    const { pairs, extra, missed } = matchBoxes(
      [seen(5), seen(0), seen(40, { view: 'back' }), seen(60, { kind: Kind.BUS })],
      [seen(0), seen(8), seen(40), seen(60)],
    )
    expect(pairs.map(({ found, truth }) => [found.box.minX, truth.box.minX])).toEqual([
      [5, 8],
      [0, 0],
    ])
    expect([extra.length, missed.length]).toEqual([2, 2])
  })
})

describe('the score of agents', () => {
  it('counts type and view in F1, the box in IoU, and a box without partner as 0 from 12 px on', () => {
    const { f1, f1AtHalf, medianIou, precision, recall, iouHistogram } = agentsScore([
      { found: [seen(0), seen(55)], truths: [seen(0), seen(40), seen(200), seen(300, { size: 11 })] },
    ])
    expect([precision, recall]).toEqual([1, 0.5])
    expect(f1).toBeCloseTo(4 / 6, 12)
    expect(f1AtHalf).toBeCloseTo(2 / 6, 12)
    // 1, 5 / 35, and 0 for the one that was missed.
    expect(medianIou).toBeCloseTo(5 / 35, 12)
    expect(iouHistogram).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 1])
  })

  it('counts boxes that were made up against both', () => {
    const { f1, medianIou } = agentsScore([{ found: [seen(0), seen(90), seen(150)], truths: [seen(0)] }])
    expect([f1, medianIou]).toEqual([0.5, 0])
  })
})

describe('average precision', () => {
  it('is 1 of what is right and 0 of what is not', () => {
    const truths = [seen(0), seen(50, { kind: Kind.BUS })]
    expect(averagePrecision([{ found: truths, truths }])).toEqual({ map50: 1, map: 1 })
    expect(averagePrecision([{ found: [], truths }])).toEqual({ map50: 0, map: 0 })
    expect(averagePrecision([{ found: [seen(500)], truths }])).toEqual({ map50: 0, map: 0 })
  })

  it('takes what was named first for the surest', () => {
    const truths = [seen(0)]
    expect(averagePrecision([{ found: [seen(0), seen(300)], truths }]).map50).toBe(1)
    expect(averagePrecision([{ found: [seen(300), seen(0)], truths }]).map50).toBe(0.5)
  })

  it('pays for a double', () => {
    const truths = [seen(0), seen(100)]
    // Precision 1 up to half of the truths, 2 / 3 from there.
    const { map50 } = averagePrecision([{ found: [seen(0), seen(0), seen(100)], truths }])
    expect(map50).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12)
  })
})

it('lights are scored by their state, one that was not named is wrong, one that is not there is counted', () => {
  const { accuracy, byState, confusion, madeUp, scenes } = lightScore(
    [
      { truth: LightState.RED, said: LightState.RED },
      { truth: LightState.RED, said: undefined },
      { truth: LightState.GREEN, said: LightState.RED },
    ],
    [LightState.GREEN, undefined],
  )
  expect([scenes, accuracy, madeUp]).toEqual([3, 1 / 3, 1])
  expect(byState).toEqual({ green: { scenes: 1, accuracy: 0 }, red: { scenes: 2, accuracy: 0.5 } })
  expect(confusion).toEqual({ red: { red: 1, none: 1 }, green: { red: 1 } })
})

it('signs are scored by their text', () => {
  expect(
    signScore([
      { truths: ['STOP', '30'], said: ['stop', '50'] },
      { truths: ['30'], said: ['30', '30'] },
    ]),
  ).toEqual({
    signs: 3,
    accuracy: 2 / 3,
    byText: { 30: { signs: 2, accuracy: 0.5 }, stop: { signs: 1, accuracy: 1 } },
    madeUp: 2,
  })
})

import { create } from '@bufbuild/protobuf'
import { describe, expect, it } from 'vitest'
import { type Plan, PlanSchema } from '#messages'
import { type AbPaths, createAbComparison } from '#replay'
import { abPicture } from './ab-picture.ts'

/** Along ego x to 20 m, `sideM` to the left there. */
const plan = (sideM: number): Plan =>
  create(PlanSchema, {
    steps: Array.from({ length: 8 }, (_, n) => ({
      timeS: (n + 1) / 2,
      poseInEgo: { xM: 2.5 * (n + 1), yM: sideM * ((n + 1) / 8) ** 2 },
    })),
  })

const paths = (sides: readonly (readonly [number, number])[]): AbPaths => ({
  driven: Array.from({ length: 60 }, (_, n) => ({ xM: n, yM: n * n * 0.005, headingRad: n * 0.01 })),
  pairs: sides.map(([recordedM, otherM], n) => ({
    mapFromEgo: { xM: n * 10, yM: n * n * 0.5, headingRad: n * 0.1 },
    apart: Math.abs(recordedM - otherM) > 1,
    pair: { recorded: plan(recordedM), other: plan(otherM), steps: [], rmsM: 0, otherAction: false },
  })),
})

const { report } = createAbComparison(0.5).finish()
/** All corners of all lines, px in the inner picture; y down. */
const linesOf = (svg: string): number[][][] =>
  [...svg.matchAll(/<polyline points="([^"]*)"/g)].map(([, points]) =>
    points!.split(' ').map((point) => point.split(',').map(Number)),
  )

describe('a picture of both drives', () => {
  it('has the driven path and two lines for each pair, all within it', () => {
    const svg = abPicture(
      paths([
        [0, 0.2],
        [0, 3],
        [1, -2],
        [0, 0],
      ]),
      report,
    )
    const lines = linesOf(svg)
    expect(lines.length).toBe(1 + 2 * 4)
    const [, width, height] = /<svg x="24"[^>]*width="([\d.]+)" height="([\d.]+)"/.exec(svg)!
    for (const [x, y] of lines.flat()) {
      expect(x).toSatisfy((value: number) => value >= 0 && value <= Number(width))
      expect(y).toSatisfy((value: number) => value >= 0 && value <= Number(height))
    }
  })

  it('has left up, the same length each way, and each plan beginning at the ego', () => {
    const [driven, recorded, other] = linesOf(abPicture(paths([[0, 4]]), report))
    expect(recorded![0]).toEqual(driven![0])
    const [straight, left] = [recorded!.at(-1)!, other!.at(-1)!]
    expect(left[0]).toBe(straight[0])
    const pxPerM = (straight[0]! - driven![0]![0]!) / 20
    expect((straight[1]! - left[1]!) / pxPerM).toBeCloseTo(4, 1)
  })

  it('is not shrunk by a plan that leads to another country', () => {
    const near = linesOf(abPicture(paths([[0, 0]]), report))[0]!
    const far = linesOf(abPicture(paths([[0, 1e6]]), report))[0]!
    const widthOf = (line: number[][]): number => line.at(-1)![0]! - line[0]![0]!
    expect(widthOf(far)).toBeGreaterThan(widthOf(near) / 3)
  })

  it('is drawn where nothing was driven or planned', () => {
    expect(abPicture({ driven: [], pairs: [] }, report)).not.toMatch(/NaN|Infinity/)
  })
})

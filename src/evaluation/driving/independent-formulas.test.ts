import { execFileSync } from 'node:child_process'
import { expect, type TestContext, test } from 'vitest'
import { Perception_Kind as Kind } from '#messages'
import { nuscenesPythonOrSkip, ROOT } from '../../../test/oracles.ts'
import { cubicSpline } from './navsim/cubic-spline.ts'
import { savitzkyGolay } from './navsim/savitzky-golay.ts'
import { byProtocol, mean } from './open-loop/horizons.ts'
import { pathError } from './open-loop/path-error.ts'
import { averagePrecision } from './perception/average-precision.ts'
import type { SeenBox } from './perception/seen-box.ts'
import { pathScore } from './prediction/path-score.ts'

/** The same numbers every time. */
const numbers = (seed: number) => {
  let state = seed
  return (scale: number): number => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return (state / 2 ** 31) * scale
  }
}

const python = <Result>(context: TestContext, of: object): Result => {
  const script = `${ROOT}test/python/driving_metrics.py`
  const answer = execFileSync(nuscenesPythonOrSkip(context), [script], {
    input: JSON.stringify([of]),
    maxBuffer: 2 ** 26,
  })
  return (JSON.parse(answer.toString()) as [Result])[0]
}

const path = (next: (scale: number) => number, poses: number) =>
  Array.from({ length: poses }, (_, index) => ({ xM: 4 * index + next(3), yM: next(3) }))
const pairs = (points: readonly { xM: number; yM: number }[]) => points.map(({ xM, yM }) => [xM, yM])

test('both protocols agree with numpy', (context) => {
  const next = numbers(1)
  const scenes = Array.from({ length: 50 }, () => ({
    planned: path(next, 6),
    driven: path(next, 6),
    hits: Array.from({ length: 6 }, () => next(1) > 0.8),
  }))
  const { l2, hits, ade, fde } = python<{
    l2: { uniad: number[]; stp3: number[] }
    hits: { uniad: number[]; stp3: number[] }
    ade: number
    fde: number
  }>(context, {
    kind: 'protocols',
    planned: scenes.map(({ planned }) => pairs(planned)),
    driven: scenes.map(({ driven }) => pairs(driven)),
    hits: scenes.map((scene) => scene.hits),
  })
  const errors = scenes.map(({ planned, driven }) => pathError(planned, driven))
  const columns = (of: readonly (readonly number[])[]) => of[0]!.map((_, index) => mean(of.map((row) => row[index]!)))
  const ours = byProtocol(columns(errors.map(({ l2M }) => l2M)))
  const rates = byProtocol(columns(scenes.map((scene) => scene.hits.map(Number))))
  for (const index of [0, 1, 2] as const) {
    expect(ours.uniad[index]).toBeCloseTo(l2.uniad[index]!, 12)
    expect(ours.stp3[index]).toBeCloseTo(l2.stp3[index]!, 12)
    expect(rates.uniad[index]).toBeCloseTo(hits.uniad[index]!, 12)
    expect(rates.stp3[index]).toBeCloseTo(hits.stp3[index]!, 12)
  }
  expect(mean(errors.map(({ adeM }) => adeM))).toBeCloseTo(ade, 12)
  expect(mean(errors.map(({ fdeM }) => fdeM))).toBeCloseTo(fde, 12)
})

test('smoothing agrees with scipy, to the ends', (context) => {
  const next = numbers(2)
  const values = Array.from({ length: 41 }, () => next(5))
  const filters = [
    [41, 2, 0],
    [7, 2, 0],
    [41, 2, 1],
    [5, 2, 1],
    [5, 3, 2],
  ] as const
  const theirs = python<number[][]>(context, { kind: 'smoothed', values, filters })
  for (const [index, [window, order, derivative]] of filters.entries()) {
    const ours = savitzkyGolay(values, { window, order, derivative, stepS: 0.1 })
    for (const [at, value] of ours.entries()) expect(value).toBeCloseTo(theirs[index]![at]!, 6)
  }
})

test('the spline agrees with the whole system of equations', (context) => {
  const next = numbers(3)
  const values = Array.from({ length: 9 }, (_, index) => 3 * index + next(2))
  const at = values.map((_, index) => index / 2)
  const query = Array.from({ length: 41 }, (_, index) => index / 10)
  const theirs = python<[number, number][]>(context, { kind: 'spline', at, values, slope: 5, query })
  const spline = cubicSpline(
    values.map((value, index) => ({ at: at[index]!, value })),
    5,
  )
  for (const [index, timeS] of query.entries()) {
    expect(spline(timeS).value).toBeCloseTo(theirs[index]![0], 9)
    expect(spline(timeS).slope).toBeCloseTo(theirs[index]![1], 9)
  }
})

test('mean average precision agrees with pycocotools', (context) => {
  const next = numbers(4)
  const kinds = [Kind.CAR, Kind.BUS, Kind.PEDESTRIAN]
  const box = (): SeenBox => {
    const [minX, minY] = [next(300), next(150)]
    const seen = { minX, minY, maxX: minX + 40 + next(100), maxY: minY + 40 + next(60) }
    return { view: 'front', kind: kinds[Math.floor(next(3))]!, box: seen }
  }
  const scenes = Array.from({ length: 60 }, () => {
    const truths = Array.from({ length: 5 }, box)
    const near = (edge: number) => edge + next(16) - 8
    const found = truths
      .filter(() => next(1) > 0.2)
      .map(({ box: { minX, minY, maxX, maxY }, ...rest }) => ({
        ...rest,
        box: { minX: near(minX), minY: near(minY), maxX: near(maxX), maxY: near(maxY) },
      }))
    return { truths, found: [...found, box()] }
  })
  const told = (sceneIndex: number, { kind, box: { minX, minY, maxX, maxY } }: SeenBox) => ({
    image_id: sceneIndex + 1,
    category_id: kind,
    bbox: [minX, minY, maxX - minX, maxY - minY],
  })
  const theirs = python<{ ap: number; ap50: number }>(context, {
    kind: 'precision',
    truths: scenes.flatMap(({ truths }, index) => truths.map((truth) => told(index, truth))),
    // Equal scores keep their order, as ours do.
    found: scenes.flatMap(({ found }, index) =>
      found.map((one, rank) => ({ ...told(index, one), score: 1 - rank / 20 })),
    ),
  })
  const ours = averagePrecision(scenes)
  expect(theirs.ap50).toBeGreaterThan(0.3)
  expect(theirs.ap50).toBeLessThan(0.95)
  expect(ours.map50).toBeCloseTo(theirs.ap50, 6)
  expect(ours.map).toBeCloseTo(theirs.ap, 6)
})

test('minADE and miss rate agree with nuscenes-devkit', (context) => {
  const next = numbers(5)
  const cases = Array.from({ length: 40 }, () => ({ predicted: path(next, 8), truth: path(next, 8) }))
  const theirs = python<{ minAde: number; missRate: number }>(context, {
    kind: 'prediction',
    predicted: cases.map(({ predicted }) => pairs(predicted)),
    truth: cases.map(({ truth }) => pairs(truth)),
  })
  const ours = pathScore(cases)
  expect(theirs.missRate).toBeGreaterThan(0.2)
  expect(ours.minAdeM).toBeCloseTo(theirs.minAde, 12)
  expect(ours.missRate).toBeCloseTo(theirs.missRate, 12)
})

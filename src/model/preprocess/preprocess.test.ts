import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { expect, onTestFinished, test } from 'vitest'
import { resampleKernelSource } from '../../../scripts/generate-resample-kernel.ts'
import { pythonOrSkip } from '../../../test/oracles.ts'
import { ropePositions } from '../prompt/mrope.ts'
import { largestDifference } from '../testing/examine.ts'
import { resample } from './resample.ts'
import { smartResize } from './smart-resize.ts'

const RESIZES: readonly (readonly [number, number, number, number])[] = [
  [1600, 900, 644, 364],
  [301, 97, 308, 84],
  [100, 40, 224, 84],
  [13, 7, 56, 28],
  [640, 480, 28, 28],
  [57, 500, 56, 476],
  [2000, 30, 1008, 28],
  [33, 33, 33, 28],
  [28, 99, 56, 99],
]

const size = fc.integer({ min: 1, max: 2500 })
const sizeCase = fc
  .record({
    width: size,
    height: size,
    factor: fc.constantFrom(28, 16, 32),
    least: fc.integer({ min: 1, max: 300 }),
    more: fc.integer({ min: 0, max: 2000 }),
  })
  .filter(({ width, height }) => Math.max(width, height) / Math.min(width, height) <= 200)
  .map(
    ({ width, height, factor, least, more }) =>
      [width, height, factor, least * factor ** 2, (least + more) * factor ** 2] as const,
  )

const timeCase = fc.tuple(
  fc.oneof(
    fc.constantFrom(29.97, 23.976, 59.94, 0.3, 1 / 3),
    fc.integer({ min: 1, max: 60 }),
    fc.double({ min: 0.1, max: 60, noNaN: true }),
  ),
  fc.constantFrom(1, 2, 4, 25, 2.5),
)

test('sizes, resized pixels and times of video patches are those of torchvision and transformers, to the bit', (context) => {
  const python = pythonOrSkip(context)
  const folder = mkdtempSync(join(tmpdir(), 'outrider-preprocess-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const resizes = RESIZES.flatMap((sides) =>
    (['bicubic', 'bilinear'] as const).map((filter) => [...sides, filter] as const),
  )
  // Halves of the factor, where Python rounds to even.
  const halves = [14, 42, 70, 98].map((side) => [side, side * 3, 28, 784, 784 * 200] as const)
  const sizes = [...fc.sample(sizeCase, 500), ...halves]
  const times = fc.sample(timeCase, 500)
  const script = fileURLToPath(new URL('../testing/preprocess.py', import.meta.url))
  const input = JSON.stringify({ resizes, sizes, times })
  const printed = JSON.parse(execFileSync(python, [script, folder], { input, maxBuffer: 2 ** 26 }).toString())
  for (const [i, [width, height, factor, minPixels, maxPixels]] of sizes.entries()) {
    const found = smartResize({ width, height }, { factor, minPixels, maxPixels })
    expect([found.width, found.height], JSON.stringify(sizes[i])).toEqual(printed.sizes[i])
  }
  for (const [i, [fps, tokensPerSecond]] of times.entries()) {
    const grid = { t: 40, h: 2, w: 2 }
    const { t } = ropePositions(40, [0], [{ grid, secondsPerGrid: 2 / fps }], { spatialMergeSize: 2, tokensPerSecond })
    expect([...t], `${fps} Hz, ${tokensPerSecond}/s`).toEqual(printed.times[i])
  }
  for (const [i, [width, height, toWidth, toHeight, filter]] of resizes.entries()) {
    const data = readFileSync(join(folder, `${i}.src`))
    const found = resample({ width, height, data }, { width: toWidth, height: toHeight }, filter)
    expect(largestDifference(found.data, readFileSync(join(folder, `${i}.ref`))), JSON.stringify(resizes[i])).toBe(0)
  }
})

test('a resized size is whole squares, within the limits where one square allows it', () => {
  fc.assert(
    fc.property(sizeCase, ([width, height, factor, minPixels, maxPixels]) => {
      const found = smartResize({ width, height }, { factor, minPixels, maxPixels })
      expect(found.width % factor).toBe(0)
      expect(found.height % factor).toBe(0)
      expect(Math.min(found.width, found.height)).toBeGreaterThanOrEqual(factor)
    }),
  )
})

test.each([
  [1, 201],
  [40_200, 200],
  [0, 10],
])('a side more than 200 times the other is refused: %i x %i', (width, height) => {
  const limits = { factor: 28, minPixels: 3136, maxPixels: 50176 }
  expect(() => smartResize({ width, height }, limits)).toThrow(expect.objectContaining({ code: 'IMAGE_ASPECT_RATIO' }))
})

test('the committed kernel is what its source assembles to', async () => {
  const committed = readFileSync(fileURLToPath(new URL('./generated/resample-kernel.ts', import.meta.url)), 'utf8')
  expect(await resampleKernelSource()).toBe(committed)
})

test('an image of the size that is asked for is left as it is', () => {
  const image = { width: 28, height: 28, data: new Uint8Array(28 * 28 * 3) }
  expect(resample(image, { width: 28, height: 28 }, 'bicubic').data).toBe(image.data)
})

import { expect, test } from 'vitest'
import { decodeImage } from './decode.ts'
import { type Colour, createSheet } from './draw.ts'

const WHITE: Colour = [255, 255, 255]
const square = (from: number, to: number) => [
  { x: from, y: from },
  { x: to, y: from },
  { x: to, y: to },
  { x: from, y: to },
]

const redAt = async (sheet: ReturnType<typeof createSheet>, x: number, y: number): Promise<number> => {
  const { data, width } = await decodeImage({ kind: 'encoded', data: sheet.toJpeg(100) })
  return data[3 * (y * width + x)]!
}

test('a shape covers the pixels whose centres lie in it, and no others', async () => {
  const sheet = createSheet(32, 32)
  sheet.fillPolygon(square(7.5, 16.5), WHITE)
  expect(await redAt(sheet, 8, 8)).toBeGreaterThan(240)
  expect(await redAt(sheet, 16, 16)).toBeGreaterThan(240)
  expect(await redAt(sheet, 5, 12)).toBeLessThan(15)
  expect(await redAt(sheet, 19, 12)).toBeLessThan(15)
})

test('two halves that share an edge show nothing of what is behind', async () => {
  const sheet = createSheet(32, 32)
  const [a, b, c, d] = square(-1, 32)
  // The edge runs across pixels: each half covers only a part of them.
  sheet.fillPolygon([a!, b!, { x: 32, y: 13.8 }, { x: -1, y: 17.3 }], WHITE)
  sheet.fillPolygon([{ x: -1, y: 17.3 }, { x: 32, y: 13.8 }, c!, d!], WHITE)
  for (const y of [13, 14, 15, 16, 17]) expect(await redAt(sheet, 16, y)).toBeGreaterThan(235)
})

test('a gradient runs along its line and is level across it', async () => {
  const sheet = createSheet(32, 32)
  const stops = [
    [0, [0, 0, 0]],
    [1, WHITE],
  ] as const
  sheet.fillPolygon(square(-1, 32), { from: { x: 0, y: 0 }, to: { x: 0, y: 31 }, stops })
  expect(await redAt(sheet, 4, 2)).toBeLessThan(30)
  expect(Math.abs((await redAt(sheet, 4, 16)) - 132)).toBeLessThan(8)
  expect(Math.abs((await redAt(sheet, 28, 16)) - (await redAt(sheet, 4, 16)))).toBeLessThan(4)
})

test('fewer than three points are nothing, and the same shapes are the same bytes', () => {
  const draw = () => {
    const sheet = createSheet(40, 30)
    sheet.fillPolygon(square(3, 20), [200, 30, 90, 0.5])
    return sheet.toJpeg(60)
  }
  expect(draw()).toEqual(draw())
  const empty = createSheet(8, 8)
  empty.fillPolygon(square(0, 8).slice(0, 2), WHITE)
  expect(empty.toJpeg(90)).toEqual(createSheet(8, 8).toJpeg(90))
})

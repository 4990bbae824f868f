import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { pythonOrSkip } from '../../test/oracles.ts'
import { decodeImage } from './decode.ts'

test('files of every kind give the pixels that transformers gets from Pillow', async (context) => {
  const python = pythonOrSkip(context)
  const folder = mkdtempSync(join(tmpdir(), 'outrider-images-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  execFileSync(python, [fileURLToPath(new URL('./testing/images.py', import.meta.url)), folder])
  const names = readdirSync(folder).filter((name) => !name.endsWith('.rgb'))
  expect(names.length).toBeGreaterThan(15)
  for (const name of names) {
    const image = await decodeImage({ kind: 'encoded', data: readFileSync(join(folder, name)) })
    const expected = readFileSync(join(folder, `${name}.rgb`))
    expect(image.data.length, name).toBe(image.width * image.height * 3)
    expect(Buffer.compare(image.data, expected), name).toBe(0)
  }
})

/** Two pixels a row with one byte of padding; red is 10, 20, 30, 40, green 11 …, blue 12 …, the fourth byte 0. */
const raw = (encoding: string, order: string) => {
  const rows = [0, 1].map((y) =>
    [0, 1].flatMap((x) =>
      Array.from(order, (channel) => ('rgb'.includes(channel) ? 10 * (2 * y + x + 1) + 'rgb'.indexOf(channel) : 0)),
    ),
  )
  const data = Uint8Array.from(rows.flatMap((row) => [...row, 99]))
  return { kind: 'raw', width: 2, height: 2, step: rows[0]!.length + 1, encoding, data } as const
}

test.each([
  ['rgb8', 'rgb'],
  ['bgr8', 'bgr'],
  ['rgba8', 'rgba'],
  ['bgra8', 'bgra'],
])('raw %s rows become RGB without their padding', async (encoding, order) => {
  const image = await decodeImage(raw(encoding, order))
  expect([...image.data]).toEqual([10, 11, 12, 20, 21, 22, 30, 31, 32, 40, 41, 42])
})

test('raw grey becomes three equal channels', async () => {
  const data = Uint8Array.of(5, 6, 0, 7, 8, 0)
  const image = await decodeImage({ kind: 'raw', width: 2, height: 2, step: 3, encoding: 'mono8', data })
  expect([...image.data]).toEqual([5, 5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8])
})

test('sixteen bits of grey keep their high byte', async () => {
  const grey = await sharp(
    Uint16Array.from({ length: 6 }, (_, i) => i * 9000),
    { raw: { width: 3, height: 2, channels: 1 } },
  )
    .toColourspace('grey16')
    .png()
    .toBuffer()
  const image = await decodeImage({ kind: 'encoded', data: grey })
  expect([...image.data].filter((_, i) => i % 3 === 0)).toEqual(
    [0, 9000, 18000, 27000, 36000, 45000].map((v) => v >> 8),
  )
})

const jpeg = (): Promise<Buffer> =>
  sharp({ create: { width: 64, height: 48, channels: 3, background: '#804020' } })
    .jpeg()
    .toBuffer()

test.each<[string, () => Promise<Uint8Array>]>([
  ['nothing', async () => new Uint8Array(0)],
  ['noise', async () => Uint8Array.from({ length: 500 }, (_, i) => (i * 37) % 256)],
  ['a jpeg without its last bytes', async () => (await jpeg()).subarray(0, -10)],
  [
    'a gif',
    async () =>
      sharp(await jpeg())
        .gif()
        .toBuffer(),
  ],
  ['a drawing', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
])('%s is refused with a code', async (_name, bytes) => {
  await expect(decodeImage({ kind: 'encoded', data: await bytes() })).rejects.toMatchObject({
    code: 'IMAGE_UNREADABLE',
  })
})

test.each([
  ['too few bytes', { step: 6, height: 3 }],
  ['a row shorter than its pixels', { step: 5, height: 2 }],
  ['no pixel', { step: 6, height: 0 }],
  ['an encoding that nobody named', { step: 6, height: 2, encoding: 'yuv422' }],
])('a raw image with %s is refused with a code', async (_name, change) => {
  const source = {
    kind: 'raw',
    width: 2,
    encoding: 'rgb8',
    data: new Uint8Array(12),
    ...change,
  } as const
  await expect(decodeImage(source)).rejects.toMatchObject({ code: 'IMAGE_UNREADABLE' })
})

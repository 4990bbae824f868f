import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { probeImage } from './probe.ts'

const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: { r: 90, g: 120, b: 30 } } })

describe('probeImage', () => {
  it.each([
    ['a baseline JPEG', () => picture(1600, 900).jpeg().toBuffer(), { format: 'jpeg', widthPx: 1600, heightPx: 900 }],
    [
      'a progressive JPEG with EXIF before its frame',
      () =>
        picture(33, 70)
          .withExif({ IFD0: { Copyright: 'none' } })
          .jpeg({ progressive: true })
          .toBuffer(),
      { format: 'jpeg', widthPx: 33, heightPx: 70 },
    ],
    ['a PNG', () => picture(7, 5).png().toBuffer(), { format: 'png', widthPx: 7, heightPx: 5 }],
  ])('reads format and size of %s', async (_name, make, expected) => {
    expect(probeImage(await make())).toEqual(expected)
  })

  it.each([
    ['a WebP', () => picture(8, 8).webp().toBuffer()],
    ['nothing', async () => Buffer.alloc(0)],
    ['a JPEG cut before its frame', async () => (await picture(8, 8).jpeg().toBuffer()).subarray(0, 20)],
    ['a JPEG that ends before any frame', async () => Buffer.from([0xff, 0xd8, 0xff, 0xd9, 0, 0])],
    ['a PNG cut in its size', async () => (await picture(8, 8).png().toBuffer()).subarray(0, 20)],
    ['a JPEG of no height', async () => Buffer.from([0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 8, 1, 1, 17, 0])],
  ])('knows no size of %s', async (_name, make) => {
    expect(probeImage(await make())).toBeUndefined()
  })

  it('reads a view that begins in the middle of its buffer', async () => {
    const jpeg = await picture(64, 48).jpeg().toBuffer()
    const padded = Buffer.concat([Buffer.alloc(13, 0xff), jpeg])
    expect(probeImage(padded.subarray(13))).toEqual({ format: 'jpeg', widthPx: 64, heightPx: 48 })
  })

  it('ends, and never throws, on any bytes after a JPEG or PNG start', () => {
    const starts = [[], [0xff, 0xd8], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]]
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 200 }), (start, rest) => {
        const probe = probeImage(Uint8Array.from([...start, ...rest]))
        expect(probe === undefined || (probe.widthPx > 0 && probe.heightPx > 0)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

import { create } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode, ImageBoxSchema, type ImageSizes, ImageSizesSchema, PixelSpace } from '#messages'
import { boxInSpace, boxPixels, imageBox, imagePoint, pointInSpace, pointPixels } from './image-box.ts'

const { RESIZED, ORIGINAL } = PixelSpace

const sizes = (view: string, original: [number, number], resized: [number, number]): ImageSizes =>
  create(ImageSizesSchema, {
    view,
    originalWidth: original[0],
    originalHeight: original[1],
    resizedWidth: resized[0],
    resizedHeight: resized[1],
  })
const NUSCENES = sizes('front', [1600, 900], [644, 364])

const side = fc.integer({ min: 1, max: 20_000 })
const anySizes = fc
  .tuple(fc.tuple(side, side), fc.tuple(side, side))
  .map(([original, resized]) => sizes('front', original, resized))
const pixel = fc.oneof(fc.integer({ min: -100, max: 20_000 }), fc.double({ min: -100, max: 20_000, noNaN: true }))
const anyBox = fc.record({ minX: pixel, minY: pixel, maxX: pixel, maxY: pixel })

describe('a box in an image', () => {
  it.each([
    ['the whole image', [0, 0, 644, 364], [0, 0, 1600, 900]],
    ['its right lower quarter', [322, 182, 644, 364], [800, 450, 1600, 900]],
    ['a box between the pixels of the original', [1, 1, 2, 2], [1600 / 644, 900 / 364, 3200 / 644, 1800 / 364]],
  ])('maps to the original: %s', (_, [minX, minY, maxX, maxY], [x0, y0, x1, y1]) => {
    const box = imageBox(NUSCENES, RESIZED, { minX: minX!, minY: minY!, maxX: maxX!, maxY: maxY! })
    expect(boxPixels(box, ORIGINAL)).toEqual({ minX: x0, minY: y0, maxX: x1, maxY: y1 })
  })

  it('keeps whole pixels whole', () => {
    const box = imageBox(NUSCENES, RESIZED, { minX: 3, minY: 5, maxX: 7, maxY: 11 })
    expect(box).toMatchObject({ minX: 3n, minY: 5n, maxX: 7n, maxY: 11n, xDenominator: 1n, yDenominator: 1n })
  })

  it('goes to the other space and back without losing anything, whatever the sizes', () => {
    fc.assert(
      fc.property(anySizes, anyBox, fc.constantFrom(RESIZED, ORIGINAL), (image, edges, space) => {
        const box = imageBox(image, space, edges)
        const there = boxInSpace(box, space === RESIZED ? ORIGINAL : RESIZED)
        expect(boxInSpace(there, space)).toEqual(box)
        expect(there.image).toEqual(image)
      }),
    )
  })

  it('goes over the wire in the other space and comes back the same', () => {
    fc.assert(
      fc.property(anySizes, anyBox, (image, edges) => {
        const box = imageBox(image, RESIZED, edges)
        const sent = decode(ImageBoxSchema, encode(ImageBoxSchema, boxInSpace(box, ORIGINAL)))
        expect(boxInSpace(sent, RESIZED)).toEqual(box)
      }),
    )
  })

  it('is taken to a thousandth of a pixel at once, and not changed further', () => {
    fc.assert(
      fc.property(anySizes, anyBox, (image, edges) => {
        const read = boxPixels(imageBox(image, RESIZED, edges), RESIZED)
        for (const key of ['minX', 'minY', 'maxX', 'maxY'] as const) {
          expect(Math.abs(read[key] - edges[key])).toBeLessThanOrEqual(0.000501)
        }
        expect(boxPixels(imageBox(image, RESIZED, read), RESIZED)).toEqual(read)
      }),
    )
  })

  it('without the sizes of its image is a bug', () => {
    const box = imageBox(create(ImageSizesSchema, {}), RESIZED, { minX: 0, minY: 0, maxX: 1, maxY: 1 })
    expect(() => boxInSpace(box, ORIGINAL)).toThrow(/no size/)
  })
})

describe('a point in an image', () => {
  it('goes to the other space and back without losing anything', () => {
    fc.assert(
      fc.property(anySizes, pixel, pixel, (image, x, y) => {
        const point = imagePoint(image, RESIZED, { x, y })
        expect(pointInSpace(pointInSpace(point, ORIGINAL), RESIZED)).toEqual(point)
      }),
    )
  })

  it('maps to the original', () => {
    expect(pointPixels(imagePoint(NUSCENES, RESIZED, { x: 161, y: 91 }), ORIGINAL)).toEqual({ x: 400, y: 225 })
  })
})

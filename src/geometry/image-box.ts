import { create } from '@bufbuild/protobuf'
import {
  type ImageBox,
  ImageBoxSchema,
  type ImagePoint,
  ImagePointSchema,
  type ImageSizes,
  PixelSpace,
} from '#messages'
import type { Box2 } from './box.ts'

/** A place along one axis; finer than any model means it, and exact from there on; pixels. */
const RESOLUTION = 1000

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b))

/** Fractions over one denominator, in lowest terms. */
interface Axis {
  readonly numerators: readonly bigint[]
  readonly denominator: bigint
}

const lowest = ({ numerators, denominator }: Axis): Axis => {
  const divisor = numerators.reduce(gcd, denominator)
  return { numerators: numerators.map((numerator) => numerator / divisor), denominator: denominator / divisor }
}

const axisOf = (pixels: readonly number[]): Axis =>
  lowest({
    numerators: pixels.map((pixel) => BigInt(Math.round(pixel * RESOLUTION))),
    denominator: BigInt(RESOLUTION),
  })

const scaled = ({ numerators, denominator }: Axis, from: number, to: number): Axis =>
  lowest({ numerators: numerators.map((numerator) => numerator * BigInt(to)), denominator: denominator * BigInt(from) })

const pixelsOf = ({ numerators, denominator }: Axis): readonly number[] =>
  numerators.map((numerator) => Number(numerator) / Number(denominator))

/** Width and height in a space; pixels. Throws on an image without sizes: whoever made it forgot them. */
export const imageSizeIn = (image: ImageSizes | undefined, space: PixelSpace): { width: number; height: number } => {
  const size =
    space === PixelSpace.RESIZED
      ? { width: image?.resizedWidth ?? 0, height: image?.resizedHeight ?? 0 }
      : space === PixelSpace.ORIGINAL
        ? { width: image?.originalWidth ?? 0, height: image?.originalHeight ?? 0 }
        : undefined
  if (!size || size.width === 0 || size.height === 0) {
    throw new Error(`image ${image?.view ?? ''} has no size in pixel space ${space}`)
  }
  return size
}

const boxFrom = (image: ImageSizes | undefined, space: PixelSpace, x: Axis, y: Axis): ImageBox =>
  create(ImageBoxSchema, {
    ...(image && { image }),
    space,
    minX: x.numerators[0]!,
    maxX: x.numerators[1]!,
    xDenominator: x.denominator,
    minY: y.numerators[0]!,
    maxY: y.numerators[1]!,
    yDenominator: y.denominator,
  })

const xOf = ({ minX, maxX, xDenominator }: ImageBox): Axis => ({ numerators: [minX, maxX], denominator: xDenominator })
const yOf = ({ minY, maxY, yDenominator }: ImageBox): Axis => ({ numerators: [minY, maxY], denominator: yDenominator })

/** Takes edges to a thousandth of a pixel, and is exact from there on. */
export const imageBox = (image: ImageSizes, space: PixelSpace, { minX, minY, maxX, maxY }: Box2): ImageBox =>
  boxFrom(image, space, axisOf([minX, maxX]), axisOf([minY, maxY]))

/** The same box in the other space, exactly: there and back gives the same fractions. */
export const boxInSpace = (box: ImageBox, space: PixelSpace): ImageBox => {
  const from = imageSizeIn(box.image, box.space)
  const to = imageSizeIn(box.image, space)
  return boxFrom(box.image, space, scaled(xOf(box), from.width, to.width), scaled(yOf(box), from.height, to.height))
}

/** Edges in a space; the nearest numbers to the exact ones, from the outer corner of the top left pixel; pixels. */
export const boxPixels = (box: ImageBox, space: PixelSpace): Box2 => {
  const there = boxInSpace(box, space)
  const [minX, maxX] = pixelsOf(xOf(there))
  const [minY, maxY] = pixelsOf(yOf(there))
  return { minX: minX!, minY: minY!, maxX: maxX!, maxY: maxY! }
}

const pointFrom = (image: ImageSizes | undefined, space: PixelSpace, x: Axis, y: Axis): ImagePoint =>
  create(ImagePointSchema, {
    ...(image && { image }),
    space,
    x: x.numerators[0]!,
    xDenominator: x.denominator,
    y: y.numerators[0]!,
    yDenominator: y.denominator,
  })

/** Takes a place to a thousandth of a pixel, and is exact from there on. */
export const imagePoint = (image: ImageSizes, space: PixelSpace, { x, y }: { x: number; y: number }): ImagePoint =>
  pointFrom(image, space, axisOf([x]), axisOf([y]))

/** The same place in the other space, exactly. */
export const pointInSpace = (point: ImagePoint, space: PixelSpace): ImagePoint => {
  const from = imageSizeIn(point.image, point.space)
  const to = imageSizeIn(point.image, space)
  const x = { numerators: [point.x], denominator: point.xDenominator }
  const y = { numerators: [point.y], denominator: point.yDenominator }
  return pointFrom(point.image, space, scaled(x, from.width, to.width), scaled(y, from.height, to.height))
}

/** The nearest numbers to the exact place in a space; pixels. */
export const pointPixels = (point: ImagePoint, space: PixelSpace): { readonly x: number; readonly y: number } => {
  const there = pointInSpace(point, space)
  return { x: Number(there.x) / Number(there.xDenominator), y: Number(there.y) / Number(there.yDenominator) }
}

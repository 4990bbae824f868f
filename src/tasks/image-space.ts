import { imageBox, imagePoint, imageSizeIn } from '#geometry'
import { type FaultReport, type ImageBox, type ImagePoint, type ImageSizes, PixelSpace } from '#messages'
import { answerLost, answerMended } from './answer-fault.ts'

/** Widest and highest resized image that schemas count with: four digits. */
export const MAX_SIDE = 9999

/** The largest sides of several images as the model saw them; pixels. Throws where a side has more than four digits. */
export const largestSides = (images: readonly ImageSizes[]): { readonly width: number; readonly height: number } => {
  const sizes = images.map((image) => imageSizeIn(image, PixelSpace.RESIZED))
  const width = Math.max(1, ...sizes.map((size) => size.width))
  const height = Math.max(1, ...sizes.map((size) => size.height))
  if (width > MAX_SIDE || height > MAX_SIDE) throw new Error(`a resized image of ${width}x${height} pixels`)
  return { width, height }
}

/** Says in which pixels a model should speak. */
export const pixelsText = (images: readonly ImageSizes[]): string => {
  const texts = images.map((image) => {
    const { width, height } = imageSizeIn(image, PixelSpace.RESIZED)
    return `${width}x${height}`
  })
  const [first] = texts
  return texts.every((text) => text === first)
    ? `Each view is ${first ?? 'absent, 0x0'} pixels.`
    : `Views in pixels: ${images.map(({ view }, index) => `${view} ${texts[index]}`).join(', ')}.`
}

const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most)

type Found<Shape extends object> = { readonly faults: readonly FaultReport[] } & Partial<Shape>

/**
 * MiMo-Embodied's box (x, y, x, y in pixels of the resized image). Corners in another order are put in order, and a box that
 * reaches out of its image is cut at the edge, each with a fault; one that shares no area with its image is lost.
 */
export const readBox = (
  task: string,
  image: ImageSizes,
  [x1, y1, x2, y2]: readonly [number, number, number, number],
): Found<{ box: ImageBox }> => {
  const { width, height } = imageSizeIn(image, PixelSpace.RESIZED)
  const faults: FaultReport[] = []
  const found = `[${[x1, y1, x2, y2].join(',')}] in ${image.view || 'an image'} of ${width}x${height}`
  const drawn = { minX: Math.min(x1, x2), minY: Math.min(y1, y2), maxX: Math.max(x1, x2), maxY: Math.max(y1, y2) }
  if (x1 > x2 || y1 > y2) faults.push(answerMended(task, 'box-corners-swapped', 'the lesser corner first', found))
  const box = imageBox(image, PixelSpace.RESIZED, {
    minX: clamp(drawn.minX, width),
    minY: clamp(drawn.minY, height),
    maxX: clamp(drawn.maxX, width),
    maxY: clamp(drawn.maxY, height),
  })
  const inside = drawn.minX >= 0 && drawn.minY >= 0 && drawn.maxX <= width && drawn.maxY <= height
  if (box.minX >= box.maxX || box.minY >= box.maxY) {
    const code = inside ? 'box-empty' : 'box-outside'
    return { faults: [answerLost(task, code, 'a box with an area in its image', found)] }
  }
  if (!inside) faults.push(answerMended(task, 'box-cut', 'a box inside its image', found))
  return { box, faults }
}

/** A point in pixels of the resized image; one outside is lost, as MiMo-Embodied's evaluation counts it as a miss. */
export const readPoint = (
  task: string,
  image: ImageSizes,
  [x, y]: readonly [number, number],
): Found<{ point: ImagePoint }> => {
  const { width, height } = imageSizeIn(image, PixelSpace.RESIZED)
  if (x >= 0 && x < width && y >= 0 && y < height) {
    return { point: imagePoint(image, PixelSpace.RESIZED, { x, y }), faults: [] }
  }
  const found = `[${x},${y}] in ${image.view || 'an image'} of ${width}x${height}`
  return { faults: [answerLost(task, 'point-outside', 'a point in its image', found)] }
}

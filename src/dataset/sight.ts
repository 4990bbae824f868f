import { type Box2, imageSizeIn } from '#geometry'
import { type ImageSizes, PixelSpace } from '#messages'

/** Smaller on their longer side, in pixels that the model sees, nobody could tell what they are. */
export interface LeastSight {
  /** px. */
  readonly sidePx: number
  /** Of its pixels within the image, not hidden by what is nearer; share. */
  readonly visibleFraction: number
}

/** A person 40 m away in the front view of the nano car has 12 px; with less the border of what is seen is a matter of luck. */
export const AGENT_SIGHT: LeastSight = { sidePx: 12, visibleFraction: 0.25 }
/** A head is three lamps high: with less than 2 px a lamp its colour is gone in the JPEG. */
export const LIGHT_SIGHT: LeastSight = { sidePx: 6, visibleFraction: 0.4 }
/** Lights of other directions matter only where they are large. */
export const OTHER_LIGHT_SIGHT: LeastSight = { sidePx: 10, visibleFraction: 0.4 }
/** Digits on a sign have a third of its height. */
export const SIGN_SIGHT: LeastSight = { sidePx: 8, visibleFraction: 0.4 }

/** On the shorter side: what looks out by less from behind something is not seen; whole px. */
const LEAST_WIDTH_PX = 2

/** Truth counts from the middle of the top left pixel, image boxes from its outer corner; px. */
const CORNER_PX = 0.5

/** A truth's box in the space of image boxes, cut at the image; px of the image as published. */
export const boxInImage = ({ minX, minY, maxX, maxY }: Box2, image: ImageSizes): Box2 => {
  const { width, height } = imageSizeIn(image, PixelSpace.ORIGINAL)
  const within = (value: number, most: number): number => Math.min(Math.max(value + CORNER_PX, 0), most)
  return {
    minX: within(minX, width),
    minY: within(minY, height),
    maxX: within(maxX, width),
    maxY: within(maxY, height),
  }
}

/** Whether enough of it is to be seen in the image that the model is shown; and an area is left in whole pixels. */
export const isInSight = (box: Box2, visibleFraction: number, image: ImageSizes, least: LeastSight): boolean => {
  const [original, resized] = [imageSizeIn(image, PixelSpace.ORIGINAL), imageSizeIn(image, PixelSpace.RESIZED)]
  const [scaleX, scaleY] = [resized.width / original.width, resized.height / original.height]
  const widthPx = Math.round(box.maxX * scaleX) - Math.round(box.minX * scaleX)
  const heightPx = Math.round(box.maxY * scaleY) - Math.round(box.minY * scaleY)
  const longerPx = Math.max((box.maxX - box.minX) * scaleX, (box.maxY - box.minY) * scaleY)
  return (
    widthPx >= LEAST_WIDTH_PX &&
    heightPx >= LEAST_WIDTH_PX &&
    longerPx >= least.sidePx &&
    visibleFraction >= least.visibleFraction
  )
}

import { type Box2, boxPixels } from '#geometry'
import { type Perception_Kind as Kind, type Perception, PixelSpace } from '#messages'

/** Something in one image of a scene. */
export interface SeenBox {
  readonly view: string
  readonly kind: Kind
  /** px of the image as published. */
  readonly box: Box2
}

/** The objects that have a box, in their order: what matters most first, as the model was asked. */
export const objectBoxes = ({ objects }: Perception): readonly SeenBox[] =>
  objects.flatMap(({ kind, box }) =>
    box ? [{ view: box.image?.view ?? '', kind, box: boxPixels(box, PixelSpace.ORIGINAL) }] : [],
  )

/** Of the longer side; px. */
export const longerSidePx = ({ minX, minY, maxX, maxY }: Box2): number => Math.max(maxX - minX, maxY - minY)

const area = ({ minX, minY, maxX, maxY }: Box2): number => Math.max(maxX - minX, 0) * Math.max(maxY - minY, 0)

/** Area in common over area of both together. */
export const intersectionOverUnion = (a: Box2, b: Box2): number => {
  const common = area({
    minX: Math.max(a.minX, b.minX),
    minY: Math.max(a.minY, b.minY),
    maxX: Math.min(a.maxX, b.maxX),
    maxY: Math.min(a.maxY, b.maxY),
  })
  const together = area(a) + area(b) - common
  return together > 0 ? common / together : 0
}

import type { Pixel } from './models/camera-model.ts'
import type { RigCamera } from './rig-schema.ts'

/** Whether the pixel lies on the image. */
export const isInImage = ({ width, height }: RigCamera, { x, y }: Pixel): boolean =>
  x >= 0 && x <= width && y >= 0 && y <= height

/** What of a polygon lies on the image, from 0 to the size as the data sets' own tools cut; empty when nothing does. */
export const clipPolygonToImage = ({ width, height }: RigCamera, polygon: readonly Pixel[]): readonly Pixel[] => {
  const sides: readonly ((pixel: Pixel) => number)[] = [
    ({ x }) => x,
    ({ x }) => width - x,
    ({ y }) => y,
    ({ y }) => height - y,
  ]
  return sides.reduce(
    (points, inside) =>
      points.flatMap((point, index) => {
        const before = points[(index + points.length - 1) % points.length]!
        const here = inside(point)
        const there = inside(before)
        if (here >= 0 === there >= 0) return here >= 0 ? [point] : []
        const fraction = there / (there - here)
        const crossing = {
          x: before.x + (point.x - before.x) * fraction,
          y: before.y + (point.y - before.y) * fraction,
        }
        return here >= 0 ? [crossing, point] : [crossing]
      }),
    polygon,
  )
}

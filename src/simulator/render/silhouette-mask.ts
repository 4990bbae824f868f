import type { SheetPoint } from '#image'

/** px; of pixels' outer edges, (0, 0) the centre of the top left one. */
export interface PixelBounds {
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

/** What of a thing can be seen in an image. */
export interface Silhouette {
  /** Around all of it that lies within the image. */
  readonly whole: PixelBounds
  /** Pixels of its silhouette within the image, and those of them that nothing nearer hides. */
  readonly pixels: number
  readonly seenPixels: number
  /** Around what is seen; absent when nothing is. */
  readonly seen?: PixelBounds
}

/** A second sheet that knows what each pixel shows. Things are filled from far to near, one after the other, as on the sheet. */
export interface SilhouetteMask {
  /** A polygon of the thing `mark`, or of something that only hides. */
  fill(points: readonly SheetPoint[], mark: string | undefined): void
  silhouettes(): ReadonlyMap<string, Silhouette>
}

export const createSilhouetteMask = (width: number, height: number): SilhouetteMask => {
  const owner = new Uint16Array(width * height)
  const numbers = new Map<string, number>()
  const covered = [0]
  const crossings: number[] = []
  const bounds = [emptyBounds(width, height)]

  /** Pixels whose centre lies inside. */
  const fillNumber = (points: readonly SheetPoint[], number: number): void => {
    let top = Number.POSITIVE_INFINITY
    let bottom = Number.NEGATIVE_INFINITY
    for (const { y } of points) {
      top = Math.min(top, y)
      bottom = Math.max(bottom, y)
    }
    const lastRow = Math.min(Math.floor(bottom), height - 1)
    for (let row = Math.max(Math.ceil(top), 0); row <= lastRow; row += 1) {
      crossings.length = 0
      let from = points.at(-1)!
      for (const to of points) {
        if (from.y <= row !== to.y <= row) {
          crossings.push(from.x + ((row - from.y) / (to.y - from.y)) * (to.x - from.x))
        }
        from = to
      }
      // Through a convex polygon a row goes in once and out once.
      const begin = Math.max(Math.ceil(Math.min(...crossings)), 0)
      const end = Math.min(Math.floor(Math.max(...crossings)), width - 1)
      if (begin <= end) widen(bounds[number]!, begin, end, row)
      for (let index = row * width + begin; index <= row * width + end; index += 1) {
        if (owner[index] === number) continue
        owner[index] = number
        covered[number] = covered[number]! + 1
      }
    }
  }

  return {
    fill(points, mark) {
      if (points.length < 3) return
      let number = 0
      if (mark !== undefined) {
        number = numbers.get(mark) ?? covered.length
        if (number === covered.length) {
          numbers.set(mark, number)
          covered.push(0)
          bounds.push(emptyBounds(width, height))
        }
      }
      fillNumber(points, number)
    },
    silhouettes() {
      const seenPixels = covered.map(() => 0)
      const seen = covered.map(() => emptyBounds(width, height))
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const number = owner[y * width + x]!
          if (number === 0) continue
          seenPixels[number] = seenPixels[number]! + 1
          widen(seen[number]!, x, x, y)
        }
      }
      return new Map(
        [...numbers].flatMap(([mark, number]) => {
          const pixels = covered[number]!
          if (pixels === 0) return []
          const silhouette: Silhouette = {
            pixels,
            seenPixels: seenPixels[number]!,
            whole: outerEdges(bounds[number]!),
            ...(seenPixels[number]! > 0 ? { seen: outerEdges(seen[number]!) } : {}),
          }
          return [[mark, silhouette] as const]
        }),
      )
    },
  }
}

/** Around all of them, one at least. */
export const unitedBounds = (all: readonly PixelBounds[]): PixelBounds => ({
  minX: Math.min(...all.map(({ minX }) => minX)),
  minY: Math.min(...all.map(({ minY }) => minY)),
  maxX: Math.max(...all.map(({ maxX }) => maxX)),
  maxY: Math.max(...all.map(({ maxY }) => maxY)),
})

type Bounds = { -readonly [Key in keyof PixelBounds]: number }

const emptyBounds = (width: number, height: number): Bounds => ({ minX: width, minY: height, maxX: -1, maxY: -1 })

const widen = (bounds: Bounds, fromX: number, toX: number, y: number): void => {
  if (fromX < bounds.minX) bounds.minX = fromX
  if (toX > bounds.maxX) bounds.maxX = toX
  if (y < bounds.minY) bounds.minY = y
  if (y > bounds.maxY) bounds.maxY = y
}

const outerEdges = ({ minX, minY, maxX, maxY }: Bounds): PixelBounds => ({
  minX: minX - 0.5,
  minY: minY - 0.5,
  maxX: maxX + 0.5,
  maxY: maxY + 0.5,
})

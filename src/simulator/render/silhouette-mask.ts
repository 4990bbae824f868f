import type { SheetPoint } from '#image'

/** What of a thing can be seen in an image. Pixel bounds are of pixels' outer edges, (0, 0) the centre of the top left one. */
export interface Silhouette {
  /** Pixels of its silhouette within the image, and those of them that nothing nearer hides. */
  readonly pixels: number
  readonly seenPixels: number
  /** Around what is seen; absent when nothing is. px. */
  readonly seen?: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number }
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
        }
      }
      fillNumber(points, number)
    },
    silhouettes() {
      const bounds = covered.map(() => ({ seenPixels: 0, minX: width, minY: height, maxX: -1, maxY: -1 }))
      for (let y = 0; y < height; y += 1) {
        for (let x = 0; x < width; x += 1) {
          const number = owner[y * width + x]!
          if (number === 0) continue
          const bound = bounds[number]!
          bound.seenPixels += 1
          if (x < bound.minX) bound.minX = x
          if (x > bound.maxX) bound.maxX = x
          if (y < bound.minY) bound.minY = y
          if (y > bound.maxY) bound.maxY = y
        }
      }
      return new Map(
        [...numbers].map(([mark, number]) => {
          const { seenPixels, minX, minY, maxX, maxY } = bounds[number]!
          const seen = { minX: minX - 0.5, minY: minY - 0.5, maxX: maxX + 0.5, maxY: maxY + 0.5 }
          return [mark, { pixels: covered[number]!, seenPixels, ...(seenPixels > 0 ? { seen } : {}) }] as const
        }),
      )
    },
  }
}

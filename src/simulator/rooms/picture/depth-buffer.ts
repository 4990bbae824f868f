/** What is nearest at each pixel: of triangles filled one after the other, in any order. */
export interface DepthBuffer {
  readonly width: number
  readonly height: number
  /** Greater is nearer, level across a triangle on the sheet: 1 / depth, or minus the depth for a parallel view. */
  readonly nearness: Float32Array
  /** Number of the triangle; -1: none. */
  readonly triangle: Int32Array
  /** Its second and third corner's shares of the place, level on the sheet. */
  readonly shares: Float32Array
}

export const createDepthBuffer = (width: number, height: number): DepthBuffer => ({
  width,
  height,
  nearness: new Float32Array(width * height).fill(Number.NEGATIVE_INFINITY),
  triangle: new Int32Array(width * height).fill(-1),
  shares: new Float32Array(width * height * 2),
})

/** Which pixels a thing would cover alone: things are filled one after the other. */
export interface Coverage {
  /** The last thing that covered each pixel; 0: none. */
  readonly last: Uint16Array
  /** Pixels by thing. */
  readonly pixels: Uint32Array
}

/** Fills pixels whose centre, (0, 0) the first, lies inside. Corners: x, y (px) and nearness, from `at` in `corners`. */
export const fillTriangle = (
  { width, height, nearness, triangle, shares }: DepthBuffer,
  corners: Float32Array,
  at: number,
  number: number,
  coverage?: Coverage,
  thing = 0,
): void => {
  const x0 = corners[at]!
  const y0 = corners[at + 1]!
  const n0 = corners[at + 2]!
  const x1 = corners[at + 3]!
  const y1 = corners[at + 4]!
  const x2 = corners[at + 6]!
  const y2 = corners[at + 7]!
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
  if (area === 0) return
  const top = Math.max(Math.ceil(Math.min(y0, y1, y2)), 0)
  const bottom = Math.min(Math.floor(Math.max(y0, y1, y2)), height - 1)
  const left = Math.max(Math.ceil(Math.min(x0, x1, x2)), 0)
  const right = Math.min(Math.floor(Math.max(x0, x1, x2)), width - 1)
  if (top > bottom || left > right) return
  const dn1 = corners[at + 5]! - n0
  const dn2 = corners[at + 8]! - n0
  const stepB = (y2 - y0) / area
  const stepC = -(y1 - y0) / area
  for (let y = top; y <= bottom; y += 1) {
    let b = ((left - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
    let c = ((x1 - x0) * (y - y0) - (left - x0) * (y1 - y0)) / area
    let index = y * width + left
    for (let x = left; x <= right; x += 1, index += 1, b += stepB, c += stepC) {
      if (b < 0 || c < 0 || b + c > 1) continue
      if (coverage && coverage.last[index] !== thing) {
        coverage.last[index] = thing
        coverage.pixels[thing] = coverage.pixels[thing]! + 1
      }
      const near = n0 + b * dn1 + c * dn2
      if (near <= nearness[index]!) continue
      nearness[index] = near
      triangle[index] = number
      shares[2 * index] = b
      shares[2 * index + 1] = c
    }
  }
}

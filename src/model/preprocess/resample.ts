// Antialiased resize of 8-bit images, number for number as torchvision's (ATen, UpSampleKernel.cpp: separable, columns
// before rows, 16-bit fixed-point weights, 8 bits between the passes); Pillow's differs in the last bit of few pixels.
import type { RgbImage } from '#image'
import type { Size } from './smart-resize.ts'

export type Filter = 'bicubic' | 'bilinear'

/** Half width at scale 1, and the weight at a distance from the centre. */
const FILTERS: Readonly<Record<Filter, { readonly support: number; readonly weight: (x: number) => number }>> = {
  // Keys with a = -0.5, as Pillow's; torch's resize without antialias has -0.75.
  bicubic: {
    support: 2,
    weight: (x) => {
      const a = -0.5
      const d = Math.abs(x)
      if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1
      return d < 2 ? ((d - 5) * d + 8) * d * a - 4 * a : 0
    },
  },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
}

/** For each output: first input, how many, and `taps` fixed-point weights (the unused ones 0). */
interface Weights {
  readonly taps: number
  readonly first: Int32Array
  readonly count: Int32Array
  readonly weights: Int32Array
  /** Bits after the point. */
  readonly precision: number
}

/** Returns the image itself where the size does not change. */
export const resample = (image: RgbImage, to: Size, filter: Filter): RgbImage => {
  let { width, height, data } = image
  if (to.width !== width) {
    data = resampleColumns(data, width, height, to.width, weightsOf(width, to.width, filter))
    width = to.width
  }
  if (to.height !== height) {
    data = resampleRows(data, width, to.height, weightsOf(height, to.height, filter))
    height = to.height
  }
  return { width, height, data }
}

const weightsOf = (from: number, to: number, filter: Filter): Weights => {
  const { support: unit, weight } = FILTERS[filter]
  const scale = from / to
  const support = unit * Math.max(scale, 1)
  const inverse = scale >= 1 ? 1 / scale : 1
  const taps = Math.ceil(support) * 2 + 1
  const first = new Int32Array(to)
  const count = new Int32Array(to)
  const exact = new Float64Array(to * taps)
  let largest = 0
  for (let i = 0; i < to; i++) {
    const centre = scale * (i + 0.5)
    const start = Math.max(Math.trunc(centre - support + 0.5), 0)
    const size = Math.min(Math.max(Math.min(Math.trunc(centre + support + 0.5), from) - start, 0), taps)
    let total = 0
    for (let j = 0; j < size; j++) {
      const w = weight((j + start - centre + 0.5) * inverse)
      exact[i * taps + j] = w
      total += w
    }
    for (let j = 0; j < size; j++) {
      exact[i * taps + j]! /= total
      largest = Math.max(largest, exact[i * taps + j]!)
    }
    first[i] = start
    count[i] = size
  }
  // As many bits as keep the largest weight within 16, as ATen chooses them.
  let precision = 0
  while (precision < 22 && Math.trunc(0.5 + largest * (1 << (precision + 1))) < 1 << 15) precision++
  const weights = Int32Array.from(exact, (w) => Math.trunc(w * (1 << precision) + (w < 0 ? -0.5 : 0.5)))
  return { taps, first, count, weights, precision }
}

const resampleColumns = (data: Uint8Array, width: number, height: number, to: number, w: Weights): Uint8Array => {
  const { taps, first, count, weights, precision } = w
  const half = 1 << (precision - 1)
  const out = new Uint8ClampedArray(to * height * 3)
  let target = 0
  for (let y = 0; y < height; y++) {
    const row = y * width * 3
    for (let x = 0; x < to; x++) {
      let from = row + first[x]! * 3
      const start = x * taps
      const end = start + count[x]!
      let red = half
      let green = half
      let blue = half
      for (let k = start; k < end; k++) {
        const weight = weights[k]!
        red += data[from]! * weight
        green += data[from + 1]! * weight
        blue += data[from + 2]! * weight
        from += 3
      }
      out[target] = red >> precision
      out[target + 1] = green >> precision
      out[target + 2] = blue >> precision
      target += 3
    }
  }
  return new Uint8Array(out.buffer)
}

const resampleRows = (data: Uint8Array, width: number, to: number, w: Weights): Uint8Array => {
  const { taps, first, count, weights, precision } = w
  const stride = width * 3
  const half = 1 << (precision - 1)
  const out = new Uint8ClampedArray(to * stride)
  const sums = new Int32Array(stride)
  for (let y = 0; y < to; y++) {
    sums.fill(half)
    for (let k = 0; k < count[y]!; k++) {
      const weight = weights[y * taps + k]!
      const from = (first[y]! + k) * stride
      for (let i = 0; i < stride; i++) sums[i]! += data[from + i]! * weight
    }
    const target = y * stride
    for (let i = 0; i < stride; i++) out[target + i] = sums[i]! >> precision
  }
  return new Uint8Array(out.buffer)
}

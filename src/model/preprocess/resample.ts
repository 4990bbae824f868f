// Antialiased resize of 8-bit images, number for number as torchvision's (ATen, UpSampleKernel.cpp: separable, columns
// before rows, 16-bit fixed-point weights, 8 bits between the passes); Pillow's differs in the last bit of few pixels.
import type { RgbImage } from '#image'
import { type AxisWeights, resampleColumns, resampleRows } from './resample-kernel.ts'
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

/** Returns the image itself where the size does not change. */
export const resample = (image: RgbImage, to: Size, filter: Filter): RgbImage => {
  let { width, height, data } = image
  if (to.width !== width) {
    data = resampleColumns(data, width, height, weightsOf(width, to.width, filter))
    width = to.width
  }
  if (to.height !== height) {
    data = resampleRows(data, width * 3, weightsOf(height, to.height, filter))
    height = to.height
  }
  return { width, height, data }
}

const weightsOf = (from: number, to: number, filter: Filter): AxisWeights => {
  const { support: unit, weight } = FILTERS[filter]
  const scale = from / to
  const support = unit * Math.max(scale, 1)
  const inverse = scale >= 1 ? 1 / scale : 1
  // One more than fit: the kernel takes them in pairs.
  const taps = Math.ceil(support) * 2 + 2
  const first = new Int32Array(to)
  const pairs = new Int32Array(to)
  const exact = new Float64Array(to * taps)
  let largest = 0
  for (let i = 0; i < to; i++) {
    const centre = scale * (i + 0.5)
    const start = Math.max(Math.trunc(centre - support + 0.5), 0)
    const size = Math.min(Math.max(Math.min(Math.trunc(centre + support + 0.5), from) - start, 0), taps - 1)
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
    pairs[i] = Math.ceil(size / 2)
  }
  // As many bits as keep the largest weight within 16, as ATen chooses them.
  let precision = 0
  while (precision < 22 && Math.trunc(0.5 + largest * (1 << (precision + 1))) < 1 << 15) precision++
  const weights = Int16Array.from(exact, (w) => Math.trunc(w * (1 << precision) + (w < 0 ? -0.5 : 0.5)))
  return { first, pairs, taps, weights, precision }
}

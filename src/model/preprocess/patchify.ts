import type { PixelSettings } from '#compiler'
import type { RgbImage } from '#image'

/** Patches in time, down and across: transformers' `grid_thw`. */
export interface Grid {
  readonly t: number
  readonly h: number
  readonly w: number
}

export const patchCount = ({ t, h, w }: Grid): number => t * h * w

/** Image tokens: one for each square of merged patches. */
export const tokenCount = (grid: Grid, mergeSize: number): number => patchCount(grid) / mergeSize ** 2

/** Grid of `frames` frames of a resized size; the last frame fills an unfinished temporal patch. */
export const gridOf = (
  size: { readonly width: number; readonly height: number },
  frames: number,
  { patchSize, temporalPatchSize }: Pick<PixelSettings, 'patchSize' | 'temporalPatchSize'>,
): Grid => ({
  t: Math.ceil(frames / temporalPatchSize),
  h: size.height / patchSize,
  w: size.width / patchSize,
})

/** The 256 values of each channel after rescale and normalise, in the float32 arithmetic of transformers (3, 256). */
export const normaliseTable = ({ mean, std, rescaleFactor, doRescale, doNormalize }: PixelSettings): Float32Array => {
  const table = new Float32Array(3 * 256)
  const scale = doRescale ? Math.fround(1 / rescaleFactor) : 1
  for (let c = 0; c < 3; c++) {
    const centre = Math.fround(Math.fround(mean[c]!) * scale)
    const spread = Math.fround(Math.fround(std[c]!) * scale)
    for (let v = 0; v < 256; v++) {
      if (doNormalize) table[c * 256 + v] = Math.fround(v - centre) / spread
      else table[c * 256 + v] = doRescale ? v * Math.fround(rescaleFactor) : v
    }
  }
  return table
}

/**
 * Pixel values float32 (N, 3 * Tp * P * P), a patch a row. `rowOfPatch[i]` is the row of patch i, which counts through
 * time, then merged squares down and across, then the patches inside a square. All frames have the grid's size.
 */
export const patchify = (
  frames: readonly RgbImage[],
  grid: Grid,
  settings: Pick<PixelSettings, 'patchSize' | 'temporalPatchSize' | 'mergeSize'>,
  table: Float32Array,
  rowOfPatch: Int32Array,
): Float32Array => {
  const { patchSize: p, temporalPatchSize, mergeSize: m } = settings
  const area = p * p
  const rowLength = 3 * temporalPatchSize * area
  const values = new Float32Array(patchCount(grid) * rowLength)
  const stride = grid.w * p * 3
  let patch = 0
  for (let t = 0; t < grid.t; t++) {
    for (let y0 = 0; y0 < grid.h; y0 += m) {
      for (let x0 = 0; x0 < grid.w; x0 += m) {
        for (let y = y0; y < y0 + m; y++) {
          for (let x = x0; x < x0 + m; x++) {
            const row = rowOfPatch[patch++]! * rowLength
            for (let k = 0; k < temporalPatchSize; k++) {
              const frame = frames[Math.min(t * temporalPatchSize + k, frames.length - 1)]!
              writePatch(
                frame.data,
                y * p * stride + x * p * 3,
                stride,
                p,
                table,
                values,
                row + k * area,
                temporalPatchSize,
              )
            }
          }
        }
      }
    }
  }
  return values
}

const writePatch = (
  data: Uint8Array,
  origin: number,
  stride: number,
  p: number,
  table: Float32Array,
  values: Float32Array,
  row: number,
  temporalPatchSize: number,
): void => {
  const plane = temporalPatchSize * p * p
  for (let y = 0; y < p; y++) {
    let from = origin + y * stride
    let to = row + y * p
    for (const end = to + p; to < end; to++, from += 3) {
      values[to] = table[data[from]!]!
      values[to + plane] = table[256 + data[from + 1]!]!
      values[to + 2 * plane] = table[512 + data[from + 2]!]!
    }
  }
}

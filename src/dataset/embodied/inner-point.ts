import type { PixelPoint } from './asked.ts'

/** Lengths of a step to the side and of one across corners, in thirds of a pixel. */
const SIDE = 3
const CORNER = 4

/** The pixel of a mask that is furthest from all that is not, and how far that is (px); undefined where the mask is empty. */
export const innerPoint = (
  mask: Uint8Array,
  width: number,
): { readonly point: PixelPoint; readonly depthPx: number } | undefined => {
  const height = mask.length / width
  // With a rim of zeros: outside the image is outside the mask.
  const stride = width + 2
  const depth = new Int32Array(stride * (height + 2))
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y + 1) * stride + x + 1
      if (!mask[y * width + x]) continue
      depth[at] = Math.min(
        depth[at - 1]! + SIDE,
        depth[at - stride]! + SIDE,
        depth[at - stride - 1]! + CORNER,
        depth[at - stride + 1]! + CORNER,
      )
    }
  }
  let best = 0
  let bestAt = -1
  for (let at = depth.length - stride - 1; at > stride; at -= 1) {
    if (depth[at] === 0) continue
    depth[at] = Math.min(
      depth[at]!,
      depth[at + 1]! + SIDE,
      depth[at + stride]! + SIDE,
      depth[at + stride - 1]! + CORNER,
      depth[at + stride + 1]! + CORNER,
    )
    if (depth[at]! > best) [best, bestAt] = [depth[at]!, at]
  }
  if (bestAt < 0) return undefined
  return { point: [(bestAt % stride) - 1, Math.floor(bestAt / stride) - 1], depthPx: best / SIDE }
}

import type { RigCamera } from './rig-schema.ts'

/**
 * When a row of the image was exposed: stamp, plus the camera's offset, plus its share of the read-out, from the top row
 * on. `row` in px of the original image, cut to it; ns since the Unix epoch.
 */
export const exposureTimeNs = (
  { height, timeOffsetMs, readoutMs }: RigCamera,
  captureTimeNs: bigint,
  row: number,
): bigint => {
  const share = Math.min(Math.max(row / height, 0), 1)
  return captureTimeNs + BigInt(Math.round((timeOffsetMs + readoutMs * share) * 1e6))
}

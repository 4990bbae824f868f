// transformers 5.23, modeling_qwen2_5_vl.py: get_rope_index and get_vision_position_ids.
import { type Grid, tokenCount } from '../preprocess/patchify.ts'

/** An image or a video of the prompt, in the order of its placeholders. */
export interface VisionSpan {
  readonly grid: Grid
  /** Time between two temporal patches of a video, s; absent for an image. */
  readonly secondsPerGrid?: number
}

/** Temporal, height and width position of every token. */
export interface Positions {
  readonly t: Int32Array
  readonly h: Int32Array
  readonly w: Int32Array
  /**
   * Of the first token of the answer, in all three axes: one after the last of the prompt, as transformers' `generate`
   * goes on. (Its `rope_deltas` would go on after the highest, which a long video may have left far ahead.)
   */
  readonly next: number
}

/**
 * `spanStarts[i]` is the index of the first token of span i. Tokens outside the spans count on in all three axes; a
 * span starts at the count and moves it by the longer of its merged sides, however long the video is.
 */
export const ropePositions = (
  tokens: number,
  spanStarts: readonly number[],
  spans: readonly VisionSpan[],
  { spatialMergeSize: merge, tokensPerSecond }: { readonly spatialMergeSize: number; readonly tokensPerSecond: number },
): Positions => {
  const t = new Int32Array(tokens)
  const h = new Int32Array(tokens)
  const w = new Int32Array(tokens)
  let index = 0
  let position = 0
  const countTo = (end: number): void => {
    for (; index < end; index++, position++) t[index] = h[index] = w[index] = position
  }
  for (const [i, { grid, secondsPerGrid }] of spans.entries()) {
    countTo(spanStarts[i]!)
    const interval = secondsPerGrid === undefined ? 1 : temporalInterval(secondsPerGrid, tokensPerSecond)
    const end = index + tokenCount(grid, merge)
    const across = grid.w / merge
    const down = grid.h / merge
    for (let k = 0; index < end; index++, k++) {
      // Truncated after a float32 product, as torch does: 2/3 s times 3 is 2.0000002 or 1.9999999.
      t[index] = position + Math.trunc(Math.fround(Math.floor(k / (down * across)) * interval))
      h[index] = position + (Math.floor(k / across) % down)
      w[index] = position + (k % across)
    }
    position += Math.floor(Math.max(grid.h, grid.w) / merge)
  }
  countTo(tokens)
  return { t, h, w, next: position }
}

/** The processor hands the seconds on as float32. */
const temporalInterval = (secondsPerGrid: number, tokensPerSecond: number): number =>
  Math.fround(tokensPerSecond * Math.fround(secondsPerGrid))

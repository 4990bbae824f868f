// transformers 5.23, vision_utils.py: get_vision_window_index, get_vision_cu_seqlens, get_vision_position_ids.
import type { Bundle } from '#compiler'
import { type Grid, patchCount } from '../preprocess/patchify.ts'

/** One kind of attention segment as gather and scatter tensors; see `#compiler` for their shapes. */
export interface Segments {
  readonly rows: number
  readonly length: number
  readonly gather: BigInt64Array
  readonly keyMask: Int32Array
  readonly scatter: BigInt64Array
}

/** Everything the vision graph wants besides the pixels, for one image or video of N patches. */
export interface VisionLayout {
  /** Row of each patch, in processor order, among the patches in window order (N). */
  readonly rowOfPatch: Int32Array
  readonly windows: Segments
  readonly slices: Segments
  /** (N / merge²). */
  readonly mergeRestore: BigInt64Array
  /** Position of the patch in each row of the window order, down and across (N each). */
  readonly y: Int32Array
  readonly x: Int32Array
}

type Vision = Pick<Bundle['vision'], 'spatialMergeSize' | 'windowSize' | 'patchSize'>

export const layOutVision = (grid: Grid, { spatialMergeSize: merge, windowSize, patchSize }: Vision): VisionLayout => {
  const unit = merge * merge
  const across = grid.w / merge
  const down = grid.h / merge
  // Merged squares a side of a window; a grid that does not fill its last windows has smaller ones at its edges.
  const side = Math.floor(windowSize / merge / patchSize)
  const groups = grid.t * down * across
  const order = new Int32Array(groups)
  const lengths: number[] = []
  let placed = 0
  for (let t = 0; t < grid.t; t++) {
    for (let y0 = 0; y0 < down; y0 += side) {
      for (let x0 = 0; x0 < across; x0 += side) {
        const before = placed
        for (let y = y0; y < Math.min(y0 + side, down); y++) {
          for (let x = x0; x < Math.min(x0 + side, across); x++) order[placed++] = (t * down + y) * across + x
        }
        lengths.push((placed - before) * unit)
      }
    }
  }
  const n = patchCount(grid)
  const rowOfPatch = new Int32Array(n)
  const mergeRestore = new BigInt64Array(groups)
  const y = new Int32Array(n)
  const x = new Int32Array(n)
  for (let row = 0; row < groups; row++) {
    const group = order[row]!
    mergeRestore[group] = BigInt(row)
    const top = (Math.floor(group / across) % down) * merge
    const left = (group % across) * merge
    for (let k = 0; k < unit; k++) {
      rowOfPatch[group * unit + k] = row * unit + k
      y[row * unit + k] = top + Math.floor(k / merge)
      x[row * unit + k] = left + (k % merge)
    }
  }
  const slices = Array.from({ length: grid.t }, () => grid.h * grid.w)
  return { rowOfPatch, windows: segments(lengths), slices: segments(slices), mergeRestore, y, x }
}

/** Consecutive runs of patches as padded rows. */
const segments = (lengths: readonly number[]): Segments => {
  const length = Math.max(...lengths)
  const patches = lengths.reduce((sum, n) => sum + n, 0)
  const gather = new BigInt64Array(lengths.length * length)
  const keyMask = new Int32Array(lengths.length * length)
  const scatter = new BigInt64Array(patches)
  let patch = 0
  for (const [row, count] of lengths.entries()) {
    for (let i = 0; i < count; i++, patch++) {
      gather[row * length + i] = BigInt(patch)
      keyMask[row * length + i] = 1
      scatter[patch] = BigInt(row * length + i)
    }
  }
  return { rows: lengths.length, length, gather, keyMask, scatter }
}

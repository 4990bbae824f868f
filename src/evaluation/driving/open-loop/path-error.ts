import type { PlanarPoint } from '#geometry'
import { mean, POSES_OF_3_S } from './horizons.ts'

/** How far a plan's places lie from those that were driven. */
export interface PathError {
  /** At 0.5, 1, … 3 s; m. */
  readonly l2M: readonly number[]
  /** Mean of the six; m. */
  readonly adeM: number
  /** The last of the six; m. */
  readonly fdeM: number
}

/** Both at 0.5, 1, … s (3 s at least), in one frame; m. */
export const pathError = (planned: readonly PlanarPoint[], driven: readonly PlanarPoint[]): PathError => {
  const l2M = Array.from({ length: POSES_OF_3_S }, (_, index) => {
    const [a, b] = [planned[index], driven[index]]
    if (!a || !b) throw new Error(`expected ${POSES_OF_3_S} poses, found ${planned.length} and ${driven.length}`)
    return Math.hypot(a.xM - b.xM, a.yM - b.yM)
  })
  return { l2M, adeM: mean(l2M), fdeM: l2M.at(-1)! }
}

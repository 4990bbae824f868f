import { decode, FrameSet_ClosedBy, FrameSetSchema, type TapeRecord } from '#messages'
import { msFromNs, type Quantiles, quantilesOf } from './quantiles.ts'

export interface CameraSkew {
  readonly frameSets: number
  readonly closedBy: { readonly complete: number; readonly wait: number; readonly newer: number }
  /** Latest less earliest capture in a set; ms. Absent without sets. */
  readonly spreadMs?: Quantiles
  /** View -> sets that had to do without it. */
  readonly missingViews: Readonly<Record<string, number>>
}

/** How far apart in time the cameras of a frame set are. */
export const createCameraSkew = () => {
  const closedBy = { complete: 0, wait: 0, newer: 0 }
  const missingViews: Record<string, number> = {}
  const spreadsMs: number[] = []
  return {
    add({ topic, payload }: TapeRecord): void {
      if (topic !== '/fusion/frame-set') return
      const set = decode(FrameSetSchema, payload)
      spreadsMs.push(msFromNs(set.spreadNs))
      if (set.closedBy === FrameSet_ClosedBy.COMPLETE) closedBy.complete += 1
      if (set.closedBy === FrameSet_ClosedBy.WAIT) closedBy.wait += 1
      if (set.closedBy === FrameSet_ClosedBy.NEWER) closedBy.newer += 1
      for (const view of set.missingViews) missingViews[view] = (missingViews[view] ?? 0) + 1
    },
    result(): CameraSkew {
      const spreadMs = quantilesOf(spreadsMs)
      return { frameSets: spreadsMs.length, closedBy, missingViews, ...(spreadMs ? { spreadMs } : {}) }
    },
  }
}

// Which frame sets a later question may show beside the one it is about.
import type { FrameSet } from '#messages'
import type { FramesConfig } from '#tasks'

const msBetween = (older: FrameSet, newer: FrameSet): number =>
  Number(newer.referenceTimeNs - older.referenceTimeNs) / 1e6

/** Whether what was before belongs to the same scene, told by the same clock. */
const follows = (frameSet: FrameSet, last: FrameSet | undefined, gapMs: number): boolean => {
  if (!last) return false
  const ms = msBetween(last, frameSet)
  return ms > 0 && ms <= gapMs
}

/** Half of a rig's views say enough of an instant: a camera may be dead, but one camera that is early is no set. */
const isCompleteEnough = ({ views, missingViews }: FrameSet): boolean => missingViews.length <= views.length

/**
 * Takes a set that has closed into those remembered (oldest first, at most `sets`), if it has at least half of the rig's
 * views and is `apartMs` younger than the last one. One that follows none, by `gapMs` or the clock, begins anew.
 */
export const remember = (
  known: readonly FrameSet[],
  frameSet: FrameSet,
  { sets, apartMs, gapMs }: FramesConfig,
): readonly FrameSet[] => {
  if (sets === 1) return []
  const last = known.at(-1)
  const before = follows(frameSet, last, gapMs) ? known : []
  if (!isCompleteEnough(frameSet)) return before
  if (before.length > 0 && last && msBetween(last, frameSet) < apartMs) return before
  return [...before, frameSet].slice(-sets)
}

/**
 * What a question about a set shows before it, oldest first: of the remembered ones the last `sets` - 1, without one that is
 * nearer to it than half of `apartMs`, whose place it takes.
 */
export const earlierThan = (
  frameSet: FrameSet,
  known: readonly FrameSet[],
  { sets, apartMs, gapMs }: FramesConfig,
): readonly FrameSet[] => {
  if (sets === 1) return []
  const older = known.filter((each) => each.referenceTimeNs < frameSet.referenceTimeNs)
  if (!follows(frameSet, older.at(-1), gapMs)) return []
  return older.filter((each) => msBetween(each, frameSet) >= apartMs / 2).slice(1 - sets)
}

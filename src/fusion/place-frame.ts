import type { FusionConfig } from './config.ts'
import { ascending, doubleDistanceNs, type Frame, type Interval, intervalOf, spreadNs, widen } from './frame.ts'
import type { FrameSetState, PendingSet } from './frame-set-state.ts'

/** Where a frame goes. */
export type Place =
  /** Into `set`, or into a new one. */
  | {
      readonly kind: 'take'
      readonly set: PendingSet | undefined
      readonly replaced: Frame | undefined
      readonly message: string
    }
  | { readonly kind: 'late'; readonly message: string }
  | { readonly kind: 'superseded'; readonly message: string }

const ms = (ns: bigint): string => `${Number(ns) / 1e6} ms`

/** The set whose middle is nearest in time; of equals the one that stood first. */
const nearest = (sets: readonly PendingSet[], timeNs: bigint): PendingSet | undefined => {
  const distance = (set: PendingSet) => doubleDistanceNs(intervalOf(set.frames), timeNs)
  return sets.reduce<PendingSet | undefined>(
    (best, set) => (best === undefined || distance(set) < distance(best) ? set : best),
    undefined,
  )
}

/** Shortest time between captures of one view; undefined until there are two. */
const periodNs = (captures: readonly bigint[]): bigint | undefined => {
  const sorted = [...captures].sort(ascending)
  const gaps = sorted.slice(1).flatMap((capture, index) => (capture > sorted[index]! ? [capture - sorted[index]!] : []))
  return gaps.sort(ascending)[0]
}

/** Decides by capture time alone, so that the order of arrival within one instant does not matter. */
export const placeFrame = (state: FrameSetState, frame: Frame, config: FusionConfig): Place => {
  const { view, captureTimeNs } = frame
  const limitNs = BigInt(Math.round(config.spreadMs * 1e6))
  const fits = (interval: Interval): boolean => spreadNs(widen(interval, captureTimeNs)) <= limitNs
  const has = (frames: readonly Frame[]): Frame | undefined => frames.find((held) => held.view === view)

  const open = nearest(
    state.pending.filter(({ frames }) => !has(frames) && fits(intervalOf(frames))),
    captureTimeNs,
  )
  const closed = state.lastClosed && intervalOf(state.lastClosed)
  if (closed && state.lastClosed && !has(state.lastClosed) && fits(closed)) {
    const distance = doubleDistanceNs(closed, captureTimeNs)
    const period = periodNs(state.captures[view] ?? [])
    const nearer = open === undefined || distance < doubleDistanceNs(intervalOf(open.frames), captureTimeNs)
    // Further off than half the view's own period, it is the next instant's frame and only the first of it to arrive.
    if (nearer && (period === undefined || distance < period)) {
      return {
        kind: 'late',
        message: `its set closed without it: captured ${ms(captureTimeNs - closed.latestNs)} after it`,
      }
    }
  }
  if (open) return { kind: 'take', set: open, replaced: undefined, message: '' }

  const rest = ({ frames }: PendingSet): readonly Frame[] => frames.filter((held) => held.view !== view)
  const twin = nearest(
    state.pending.filter((set) => {
      const held = has(set.frames)
      if (!held || !fits({ earliestNs: held.captureTimeNs, latestNs: held.captureTimeNs })) return false
      return rest(set).length === 0 || fits(intervalOf(rest(set)))
    }),
    captureTimeNs,
  )
  const held = twin && has(twin.frames)
  if (held) {
    const message = `two frames of ${view} within ${config.spreadMs} ms: the newer is used`
    return captureTimeNs > held.captureTimeNs
      ? { kind: 'take', set: twin, replaced: held, message }
      : { kind: 'superseded', message }
  }
  if (closed && captureTimeNs <= closed.latestNs) {
    return { kind: 'late', message: `captured ${ms(closed.latestNs - captureTimeNs)} before the last closed set` }
  }
  return { kind: 'take', set: undefined, replaced: undefined, message: '' }
}

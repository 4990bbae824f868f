import { secondsBetween } from '#messages'

/** An instant that results are given for. */
export interface ResultSample {
  readonly token: string
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
}

/** Half of the time between two samples of nuScenes: nearer to none other; s. */
const REACH_S = 0.25

/** A sample for each instant, its token the microsecond: for tapes that are no scene of nuScenes. */
export const samplesAt = (times: readonly bigint[]): readonly ResultSample[] =>
  [...new Set(times)].toSorted((a, b) => (a < b ? -1 : 1)).map((timeNs) => ({ token: String(timeNs / 1000n), timeNs }))

/** What is nearest to an instant, and near enough to be said of it. */
export const nearestTo = <T>(items: readonly T[], timeOf: (item: T) => bigint, timeNs: bigint): T | undefined => {
  let best: T | undefined
  let bestS = REACH_S
  for (const item of items) {
    const distanceS = Math.abs(secondsBetween(timeNs, timeOf(item)))
    if (distanceS > bestS || (best !== undefined && distanceS === bestS)) continue
    best = item
    bestS = distanceS
  }
  return best
}

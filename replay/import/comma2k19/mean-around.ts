import type { NumberTable } from './npy.ts'

/**
 * Mean of a log's rows with a stamp within `windowS` of an instant; undefined where there is none on either side, or where
 * one is not a number. Instants must not go back from call to call. `t`: s, rising.
 */
export const createMeanAround = (
  { t, value }: { readonly t: NumberTable; readonly value: NumberTable },
  windowS: number,
): ((timeS: number) => readonly number[] | undefined) => {
  let first = 0
  return (timeS) => {
    while (first < t.rows && t.at(first) < timeS - windowS) first += 1
    const sums = new Array<number>(value.columns).fill(0)
    let end = first
    for (; end < t.rows && t.at(end) <= timeS + windowS; end += 1) {
      for (const column of sums.keys()) sums[column]! += value.at(end, column)
    }
    // At the ends of the log a window has one half only, which tells another instant.
    if (end === first || t.at(first) > timeS || t.at(end - 1) < timeS) return undefined
    const means = sums.map((sum) => sum / (end - first))
    return means.every(Number.isFinite) ? means : undefined
  }
}

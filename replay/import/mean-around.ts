/** Rows of numbers in order of time. */
export interface Samples {
  readonly rows: number
  readonly columns: number
  /** s, rising, of any zero. */
  readonly timeS: (row: number) => number
  readonly at: (row: number, column: number) => number
}

/**
 * Mean of the rows with a stamp within `windowS` of an instant; undefined where there is none on either side, or where one
 * is not a number. Instants must not go back from call to call.
 */
export const createMeanAround = (
  { rows, columns, timeS, at }: Samples,
  windowS: number,
): ((instantS: number) => readonly number[] | undefined) => {
  let first = 0
  return (instantS) => {
    while (first < rows && timeS(first) < instantS - windowS) first += 1
    const sums = new Array<number>(columns).fill(0)
    let end = first
    for (; end < rows && timeS(end) <= instantS + windowS; end += 1) {
      for (const column of sums.keys()) sums[column]! += at(end, column)
    }
    // At the ends of the log a window has one half only, which tells another instant.
    if (end === first || timeS(first) > instantS || timeS(end - 1) < instantS) return undefined
    const means = sums.map((sum) => sum / (end - first))
    return means.every(Number.isFinite) ? means : undefined
  }
}

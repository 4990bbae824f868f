/** Of a list of errors, in its own unit. */
export interface Distribution {
  readonly count: number
  readonly mean?: number
  readonly median?: number
  readonly p95?: number
  readonly max?: number
}

/** By nearest rank; only the count when there are none. */
export const distributionOf = (values: readonly number[]): Distribution => {
  const count = values.length
  if (count === 0) return { count }
  const sorted = values.toSorted((a, b) => a - b)
  const rank = (share: number) => sorted[Math.max(Math.ceil(share * count) - 1, 0)]!
  return {
    count,
    mean: values.reduce((sum, value) => sum + value, 0) / count,
    median: rank(0.5),
    p95: rank(0.95),
    max: sorted[count - 1]!,
  }
}

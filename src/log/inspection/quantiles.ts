/** Nearest rank: each is a value that really occurred. */
export interface Quantiles {
  readonly count: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly max: number
}

/** Of values in any order and unit; undefined when there are none. */
export const quantilesOf = (values: readonly number[]): Quantiles | undefined => {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  if (sorted.length === 0) return undefined
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}

/** ns -> ms. */
export const msFromNs = (ns: bigint): number => Number(ns) / 1e6

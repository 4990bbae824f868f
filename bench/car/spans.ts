import { percentile } from '../report.ts'

/** Durations by name; ms. */
export interface Spans {
  add(name: string, ms: number): void
  /** Does the work and adds how long it took. */
  time<T>(name: string, work: () => T): T
  clear(): void
  count(name: string): number
  of(name: string): readonly number[]
  /** <name>P50Ms, P95Ms, P99Ms and MaxMs of each. */
  percentiles(): Record<string, number>
  /** All of a name together; ms. */
  sumMs(name: string): number
}

export const createSpans = (): Spans => {
  const durations = new Map<string, number[]>()
  const of = (name: string): number[] => {
    const found = durations.get(name) ?? []
    durations.set(name, found)
    return found
  }
  return {
    add: (name, ms) => of(name).push(ms),
    time: (name, work) => {
      const startMs = performance.now()
      const value = work()
      of(name).push(performance.now() - startMs)
      return value
    },
    clear: () => durations.clear(),
    count: (name) => of(name).length,
    of,
    percentiles: () =>
      Object.fromEntries(
        [...durations].flatMap(([name, ms]) => [
          [`${name}P50Ms`, percentile(ms, 0.5)],
          [`${name}P95Ms`, percentile(ms, 0.95)],
          [`${name}P99Ms`, percentile(ms, 0.99)],
          [`${name}MaxMs`, percentile(ms, 1)],
        ]),
      ),
    sumMs: (name) => of(name).reduce((sum, ms) => sum + ms, 0),
  }
}

import { monitorEventLoopDelay, PerformanceObserver } from 'node:perf_hooks'

/** How often the loop is asked whether it turns; what is reported is at most this too long; ms. */
const RESOLUTION_MS = 2

export interface GapWatch {
  /** Longest time between two turns of the loop since the last reset, ms. */
  longestMs(): number
  p99Ms(): number
  /** Pauses of the garbage collector since the last reset, ms each: what an increment of marking takes is not in them. */
  gcPausesMs(): readonly number[]
  reset(): void
  stop(): void
}

/** Watches how long this process's loop stands still. */
export const watchGaps = (): GapWatch => {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  let pauses: number[] = []
  const collector = new PerformanceObserver((list) => pauses.push(...list.getEntries().map(({ duration }) => duration)))
  collector.observe({ entryTypes: ['gc'] })
  return {
    longestMs: () => delays.max / 1e6,
    p99Ms: () => delays.percentile(99) / 1e6,
    gcPausesMs: () => pauses,
    reset: () => {
      delays.reset()
      pauses = []
    },
    stop: () => {
      delays.disable()
      collector.disconnect()
    },
  }
}

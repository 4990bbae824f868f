import { decode, StageTimingSchema, type TapeRecord } from '#messages'
import { msFromNs, type Quantiles, quantilesOf } from './quantiles.ts'

export interface StageLatency extends Quantiles {
  /** As in fusion, planners, model/prefill. */
  readonly stage: string
  /** CPU time of all its runs together; ms. Absent where it was not measured. */
  readonly cpuMs?: number
}

/** Wall time of each stage as the shell measured it; ms; sorted by stage. */
export const createStageLatencies = () => {
  const durationsMs = new Map<string, number[]>()
  const cpuMs = new Map<string, number>()
  return {
    add({ topic, payload }: TapeRecord): void {
      if (topic !== '/pipeline/stage-timing') return
      const timing = decode(StageTimingSchema, payload)
      const durations = durationsMs.get(timing.stage) ?? []
      durations.push(msFromNs(timing.durationNs))
      durationsMs.set(timing.stage, durations)
      if (timing.cpuNs !== undefined) cpuMs.set(timing.stage, (cpuMs.get(timing.stage) ?? 0) + msFromNs(timing.cpuNs))
    },
    result: (): StageLatency[] =>
      [...durationsMs]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([stage, durations]) => {
          const quantiles = quantilesOf(durations)
          const cpu = cpuMs.get(stage)
          return quantiles ? [{ stage, ...quantiles, ...(cpu === undefined ? {} : { cpuMs: cpu }) }] : []
        }),
  }
}

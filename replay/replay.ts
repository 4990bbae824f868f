import { findTopic, type TapeRecord } from '#messages'
import type { Engine } from '#model/engine'
import type { Comparison } from './compare.ts'
import { createRecompute, type RecomputeReport } from './recompute.ts'
import { createStepper } from './stepper.ts'

export interface ReplayPorts {
  /** A tape's records in file order. */
  readonly records: AsyncIterable<TapeRecord>
  /** Told every recorded and every recomputed step message. */
  readonly comparison?: Comparison
  /** Where the replayed drive is written: its events and what step made of them. */
  readonly out?: { write(record: TapeRecord): void }
  /** Runs the model again and compares; the recorded answers are delivered all the same. */
  readonly recompute?: Engine
  readonly onProgress?: (event: TapeRecord) => void
}

export interface ReplayReport {
  readonly events: number
  readonly outputs: number
  /** First and last event; ns since the Unix epoch. */
  readonly spanNs: readonly [bigint, bigint]
  readonly recompute?: RecomputeReport
}

/** Runs a recorded drive again through the same step, event by event, with the recorded answers. */
export const replay = async (ports: ReplayPorts): Promise<ReplayReport> => {
  const { records, comparison, out, onProgress } = ports
  const stepper = createStepper()
  const recompute = ports.recompute ? createRecompute(ports.recompute, stepper.images) : undefined
  let events = 0
  let outputs = 0
  let firstNs = 0n
  let lastNs = 0n

  for await (const record of records) {
    const producer = findTopic(record.topic)?.producer
    if (producer === 'step') comparison?.recorded(record)
    if (producer !== 'outside') continue
    if (events === 0) firstNs = record.logTimeNs
    lastNs = record.logTimeNs
    events += 1
    out?.write(record)
    if (record.topic === '/model/answer') recompute?.hear(record)
    const result = stepper.step(record)
    for (const output of result.outputs) {
      outputs += 1
      comparison?.recomputed(output)
      out?.write(output)
    }
    for (const request of result.requests) if (request.kind === 'ask') await recompute?.ask(request.request)
    onProgress?.(record)
  }
  return { events, outputs, spanNs: [firstNs, lastNs], ...(recompute ? { recompute: recompute.report() } : {}) }
}

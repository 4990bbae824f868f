import { OutriderError } from '#errors'
import { decode, findTopic, SnapshotSchema, type TapeRecord } from '#messages'
import type { Engine } from '#model/engine'
import { stateFromSnapshot } from '#pipeline'
import type { Comparison } from './compare.ts'
import { createRecompute, type RecomputeReport } from './recompute.ts'
import { createStepper, type Stepper } from './stepper.ts'

export interface ReplayPorts {
  /** A tape's records in file order. */
  readonly records: AsyncIterable<TapeRecord>
  /** A snapshot of this tape, to start after it; of what stands before, only the images are looked at. */
  readonly from?: TapeRecord
  /** Told every recorded and every recomputed step message. */
  readonly comparison?: Comparison
  /** Where the replayed drive is written: its events and what step made of them. */
  readonly out?: { write(record: TapeRecord): void }
  /** Runs the model again and compares; the recorded answers are delivered all the same. */
  readonly recompute?: Engine
  /** Resolves when the event may be stepped; absent: at once. */
  readonly pace?: (event: TapeRecord) => Promise<void>
  readonly onProgress?: (event: TapeRecord) => void
}

export interface ReplayReport {
  readonly events: number
  readonly outputs: number
  /** First and last event; ns since the Unix epoch. */
  readonly spanNs: readonly [bigint, bigint]
  readonly recompute?: RecomputeReport
}

/**
 * Runs a recorded drive again through the same step, event by event, with the recorded answers. An event that step does
 * not take ends the comparison, or throws OutriderError TAPE_EVENT_REFUSED where nothing is compared. Throws
 * SNAPSHOT_UNREADABLE.
 */
export const replay = async (ports: ReplayPorts): Promise<ReplayReport> => {
  const { from, comparison, out, onProgress } = ports
  const stepper = createStepper(from && stateFromSnapshot(decode(SnapshotSchema, from.payload)))
  const recompute = ports.recompute ? createRecompute(ports.recompute, stepper.images) : undefined
  let events = 0
  let outputs = 0
  let firstNs = 0n
  let lastNs = 0n

  const records = from ? startingAfter(from, ports.records, stepper) : ports.records
  for await (const record of records) {
    const producer = findTopic(record.topic)?.producer
    if (producer === 'step') comparison?.recorded(record)
    if (producer !== 'outside') continue
    await ports.pace?.(record)
    if (events === 0) firstNs = record.logTimeNs
    lastNs = record.logTimeNs
    events += 1
    out?.write(record)
    if (record.topic === '/model/answer') recompute?.hear(record)
    const result = stepped(stepper, record)
    if (result instanceof OutriderError) {
      if (!comparison) throw result
      comparison.refused(record, result.found)
      break
    }
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

async function* startingAfter(
  { topic, logTimeNs, sequence }: TapeRecord,
  records: AsyncIterable<TapeRecord>,
  stepper: Stepper,
): AsyncGenerator<TapeRecord> {
  let started = false
  for await (const record of records) {
    if (started) yield record
    else stepper.hold(record)
    started ||= record.topic === topic && record.logTimeNs === logTimeNs && record.sequence === sequence
  }
}

/** What step makes of a recorded event, or why it takes none such: the live shell would never have admitted it. */
const stepped = (stepper: Stepper, event: TapeRecord): ReturnType<Stepper['step']> | OutriderError => {
  try {
    return stepper.step(event)
  } catch (cause) {
    return new OutriderError({
      code: 'TAPE_EVENT_REFUSED',
      expected: `an event that step takes: ${event.topic} #${event.sequence} at ${event.logTimeNs}`,
      found: cause instanceof Error ? cause.message : String(cause),
      next: 'replay with --check; a tape that passes it and is refused shows a bug in Outrider',
      cause,
    })
  }
}

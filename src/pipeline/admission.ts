import { createHash } from 'node:crypto'
import { encode, findTopic, StageTimingSchema, type TapeRecord } from '#messages'
import type { Event, Output, Request } from './event.ts'
import type { ImageStore } from './image-store.ts'
import { namedImages } from './named-images.ts'
import { initialState, type State } from './state.ts'
import { step } from './step.ts'

/** ns since the Unix epoch; may jump, in either direction. */
export interface Clock {
  nowNs(): bigint
}

/** The part of the tape that the shell writes to. */
export interface RecordSink {
  write(record: TapeRecord): void
  /** Why nothing more is written, when that is so; absent where that cannot be. */
  stats?(): { readonly failure: Error | undefined }
}

export interface AdmissionPorts {
  readonly clock: Clock
  readonly tape: RecordSink
  readonly images: ImageStore
  /** Each output as it is made, after it was handed to the tape. */
  readonly onOutput: (output: Output, eventTimeNs: bigint) => void
  /** What step asks for; called after the outputs of the same event. */
  readonly onRequest: (request: Request) => void
}

export interface Admission {
  /**
   * Stamps the message, writes it to the tape, steps it, writes what came out. One that is admitted while another is at it
   * (a listener's doing) comes after it: an event and its outputs are never parted on the tape.
   */
  admit(topic: string, payload: Uint8Array, captureTimeNs?: bigint): void
  /** Writes wall time that the shell measured beside the run. */
  timing(stage: string, startedNs: bigint, durationNs: bigint, cpuNs?: bigint): void
}

const isImage = (topic: string): boolean => topic.startsWith('/sensors/camera/')

/** Turns what comes from outside, whenever it comes, into the totally ordered list that step and replay see. */
export const createAdmission = ({ clock, tape, images, onOutput, onRequest }: AdmissionPorts): Admission => {
  let state: State = initialState
  let lastStampNs = 0n
  const sequences = new Map<string, number>()

  const nextSequence = (topic: string): number => {
    const sequence = sequences.get(topic) ?? 0
    sequences.set(topic, sequence + 1)
    return sequence
  }

  const timing: Admission['timing'] = (stage, startedNs, durationNs, cpuNs) => {
    const topic = '/pipeline/stage-timing'
    tape.write({
      topic,
      logTimeNs: lastStampNs,
      publishTimeNs: lastStampNs,
      sequence: nextSequence(topic),
      payload: encode(StageTimingSchema, { stage, startedNs, durationNs, ...(cpuNs === undefined ? {} : { cpuNs }) }),
    })
  }

  const waiting: Parameters<Admission['admit']>[] = []
  let admitting = false

  const admit: Admission['admit'] = (...message) => {
    waiting.push(message)
    if (admitting) return
    admitting = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) admitOne(...next)
    } finally {
      admitting = false
    }
  }

  const admitOne: Admission['admit'] = (topic, payload, captureTimeNs) => {
    if (findTopic(topic)?.producer !== 'outside') throw new Error(`${topic} is no topic of events`)
    const nowNs = clock.nowNs()
    const logTimeNs = nowNs > lastStampNs ? nowNs : lastStampNs + 1n
    lastStampNs = logTimeNs
    const event: Event = {
      topic,
      logTimeNs,
      publishTimeNs: captureTimeNs ?? logTimeNs,
      sequence: nextSequence(topic),
      payload,
      payloadSha256: createHash('sha256').update(payload).digest(),
    }
    tape.write(event)
    if (isImage(topic)) images.put(logTimeNs, payload, namedImages(state))

    const stages: { stage: string; durationNs: bigint }[] = []
    let markedNs = process.hrtime.bigint()
    const result = step(state, event, (stage) => {
      const at = process.hrtime.bigint()
      stages.push({ stage, durationNs: at - markedNs })
      markedNs = at
    })
    state = result.state
    for (const output of result.outputs) {
      tape.write({ ...output, logTimeNs })
      onOutput(output, logTimeNs)
    }
    for (const { stage, durationNs } of stages) timing(stage, nowNs, durationNs)
    for (const request of result.requests) onRequest(request)
  }

  return { admit, timing }
}

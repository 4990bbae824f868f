import {
  EndOfRunSchema,
  encode,
  Fault_Severity,
  FaultSchema,
  ModelState_State,
  ModelStateSchema,
  type RunConfig,
  RunConfigSchema,
  TickSchema,
} from '#messages'
import type { Engine } from '#model/engine'
import type { OutputSink, Reception, SensorFault, SensorSource } from '#sensors/source'
import { type Clock, createAdmission, type RecordSink } from './admission.ts'
import { type Answering, createAnswering } from './answering.ts'
import type { Output } from './event.ts'
import { createFaultCounter } from './fault-counter.ts'
import { createImageStore } from './image-store.ts'

/** A change in the life of the model process. */
export interface ModelChange {
  readonly state: 'starting' | 'ready' | 'exited'
  /** How often it has been started, this time included. */
  readonly starts: number
  readonly detail: string
}

export interface RunPorts {
  readonly clock: Clock
  readonly source: SensorSource
  /** Starts the engine; `onChange` is called for each change, also before this returns. */
  readonly startModel: (onChange: (change: ModelChange) => void) => Engine
  readonly tape: RecordSink
  readonly sinks: readonly OutputSink[]
}

export interface RunOptions {
  readonly config: RunConfig
  readonly tickHz: number
  /** Counts from the first sensor message; absent: until the signal. */
  readonly forMs?: number
  readonly signal?: AbortSignal
  readonly onOutput?: (output: Output) => void
}

/** Topics that leave the house: the verdict for the car, plan and faults for who watches. */
const PUBLISHED: ReadonlySet<string> = new Set(['/planners/verdict', '/tasks/plan', '/pipeline/fault'])

/** The live shell: turns sockets, timers and the model process into events until the time is up or the signal says so. */
export const run = async (ports: RunPorts, options: RunOptions): Promise<void> => {
  const { clock, source, tape, sinks } = ports
  const images = createImageStore()
  const publish = (topic: string, payload: Uint8Array): void => {
    for (const sink of sinks) sink.publish(topic, payload)
  }

  let ended = false
  let answering: Answering | undefined
  const { admit, timing } = createAdmission({
    clock,
    tape,
    images,
    onOutput: (output) => {
      if (PUBLISHED.has(output.topic)) publish(output.topic, output.payload)
      options.onOutput?.(output)
    },
    onRequest: (request) => answering?.handle(request),
  })
  const admitWhileRunning: typeof admit = (...message) => {
    if (!ended) admit(...message)
  }

  admit('/pipeline/config', encode(RunConfigSchema, options.config))

  let engine: Engine | undefined
  const onChange = (change: ModelChange): void => {
    const state = {
      starting: ModelState_State.STARTING,
      ready: ModelState_State.READY,
      exited: ModelState_State.EXITED,
    }
    const { starts, detail } = change
    const { engine: kind = '', bundleSha256 = '' } = engine?.info ?? {}
    const body = { state: state[change.state], starts, detail, engine: kind, bundleSha256 }
    // The first changes come while the engine is being made; they are events like the rest.
    admitWhileRunning('/model/state', encode(ModelStateSchema, body))
  }
  engine = ports.startModel(onChange)
  answering = createAnswering({
    engine,
    images,
    admit: admitWhileRunning,
    onTiming: ({ preprocessMs, visionMs, prefillMs, decodeMs }) => {
      if (ended) return
      let startMs = -(preprocessMs + visionMs + prefillMs + decodeMs)
      for (const [stage, ms] of Object.entries({
        preprocess: preprocessMs,
        vision: visionMs,
        prefill: prefillMs,
        decode: decodeMs,
      })) {
        timing(`model/${stage}`, clock.nowNs() + msToNs(startMs), msToNs(ms))
        startMs += ms
      }
    },
  })

  const countFault = createFaultCounter()
  const admitFault = (fault: SensorFault): void => {
    const { times, refusedSha256, ...rest } = fault
    const payload = encode(FaultSchema, {
      ...rest,
      timeNs: clock.nowNs(),
      count: countFault(fault.source, fault.code, fault.topic, times),
      ...(refusedSha256 ? { refusedSha256 } : {}),
    })
    admitWhileRunning('/sensors/fault', payload)
    if (fault.severity !== Fault_Severity.INFO) publish('/sensors/fault', payload)
  }

  let tapeEnded = false
  /** The drive goes on without its tape, and says so to whoever listens. */
  const watchTape = (): void => {
    const failure = tape.stats?.().failure
    if (!failure || tapeEnded) return
    tapeEnded = true
    admitFault({
      source: 'log',
      code: 'tape-ended',
      severity: Fault_Severity.ERROR,
      message: failure.message,
      topic: '',
      times: 1,
    })
  }

  await new Promise<void>((resolve, reject) => {
    let deadline: NodeJS.Timeout | undefined
    const end = (reason: string): void => {
      if (ended) return
      admit('/pipeline/end', encode(EndOfRunSchema, { reason }))
      ended = true
      clearTimeout(deadline)
      stopTicks()
      answering?.cutAll()
      resolve()
    }
    const onReception = (reception: Reception): void => {
      if (ended) return
      if (reception.kind === 'fault') {
        admitFault(reception.fault)
        return
      }
      const startedNs = clock.nowNs()
      const startedHr = process.hrtime.bigint()
      admit(reception.topic, reception.payload, reception.captureTimeNs)
      timing('sensors/admission', startedNs, process.hrtime.bigint() - startedHr)
      if (options.forMs !== undefined) deadline ??= setTimeout(() => end('duration reached'), options.forMs)
    }
    const stopTicks = startTicks(options.tickHz, (number, lateNs) => {
      admit('/pipeline/tick', encode(TickSchema, { number }))
      timing('pipeline/tick-lateness', clock.nowNs(), lateNs)
      watchTape()
    })
    options.signal?.addEventListener('abort', () => end('interrupted'), { once: true })
    source.start(onReception).catch((error) => {
      stopTicks()
      reject(error)
    })
  })
  await source.close()
  await engine.close()
  for (const sink of sinks) await sink.close()
}

const msToNs = (ms: number): bigint => BigInt(Math.round(ms * 1e6))

/** Ticks on a fixed grid of the monotonic clock; a tick that comes too late for the next one skips it. Returns the stop. */
const startTicks = (hz: number, onTick: (number: bigint, lateNs: bigint) => void): (() => void) => {
  const periodNs = BigInt(Math.round(1e9 / hz))
  let dueNs = process.hrtime.bigint() + periodNs
  let number = 0n
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  const tick = (): void => {
    const lateNs = process.hrtime.bigint() - dueNs
    // A timer may fire a little early: Node rounds to whole ms.
    onTick(number, lateNs > 0n ? lateNs : 0n)
    number += 1n
    do dueNs += periodNs
    while (dueNs <= process.hrtime.bigint())
    arm()
  }
  const arm = (): void => {
    if (stopped) return
    timer = setTimeout(tick, Math.max(0, Number(dueNs - process.hrtime.bigint()) / 1e6))
  }
  arm()
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}

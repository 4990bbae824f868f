// Everything but the model: what do six 145 kB JPEGs at 12 Hz, an ego at 50 Hz and planners at 20 Hz cost the drive, and how
// long does its loop stand still, while the model answers on the same cores? The car is a process of its own, the tape on
// disk. `bare` is ZeroMQ and a file alone: the same car's bytes received without a look and appended. --for 20s
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Subscriber } from 'zeromq'
import { decode, StageTimingSchema } from '#messages'
import type { RunPorts } from '#pipeline'
import { durationFlagMs } from './car/bench-flags.ts'
import { watchGaps } from './car/gap-watch.ts'
import { childrenLike, cpuMsOf } from './car/process-cpu.ts'
import { makeRandomBundle } from './car/random-bundle.ts'
import { createSpans, type Spans } from './car/spans.ts'
import { drawCarFrames, startCar } from './car/start-car.ts'
import { surroundDrive } from './car/surround-drive.ts'
import { percentile, reportBench } from './report.ts'

/** Until code is compiled and the model is up: a drive lasts hours. What it costs is reported by itself. */
const WARM_MS = 5000
const CAMERA_HZ = 12
const FRAME_PERIOD_MS = 1000 / CAMERA_HZ

interface Measured {
  readonly n: number
  readonly figures: Record<string, number>
}

const msSince = (startMs: number): number => performance.now() - startMs

/** User and system time of this process, all its threads. */
const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

const isCamera = (topic: string): boolean => topic.startsWith('/sensors/camera/')

/** Stages as the drive itself times them, and what it does not: receptions by kind, writes, ages. */
const around =
  (spans: Spans, plans: { count: number }, onFirst: () => void) =>
  (ports: RunPorts): RunPorts => {
    const { tape, source, clock } = ports
    let started = false
    return {
      ...ports,
      tape: {
        stats: () => tape.stats?.() ?? { failure: undefined },
        write: (record) => {
          if (record.topic === '/pipeline/stage-timing') {
            const { stage, durationNs } = decode(StageTimingSchema, record.payload)
            if (stage !== 'sensors/admission') spans.add(camelCase(stage), Number(durationNs) / 1e6)
          }
          spans.time(isCamera(record.topic) ? 'tapeWriteImage' : 'tapeWriteOther', () => tape.write(record))
          if (record.topic === '/tasks/plan') plans.count += 1
        },
      },
      source: {
        close: source.close,
        start: (onReception) =>
          source.start((reception) => {
            if (!started) onFirst()
            started = true
            if (reception.kind === 'fault') return onReception(reception)
            const camera = isCamera(reception.topic)
            const ageMs = Number(clock.nowNs() - reception.captureTimeNs) / 1e6
            spans.add(camera ? 'frameAge' : 'otherAge', ageMs)
            spans.time(camera ? 'admissionImage' : 'admissionOther', () => onReception(reception))
          }),
      },
    }
  }

const camelCase = (stage: string): string => stage.replaceAll(/[/-](\w)/g, (_, letter: string) => letter.toUpperCase())

/** Stages that the loop works in; none is part of another, but for those in an admission. */
const LOOP_STAGES = [
  'admissionImage',
  'admissionOther',
  'fusion',
  'tasks',
  'planners',
  'tapeWriteImage',
  'tapeWriteOther',
]

const drive = async (folder: string, address: string, bundle: string, forMs: number): Promise<Measured> => {
  const spans = createSpans()
  const gaps = watchGaps()
  const ending = new AbortController()
  const figures: Record<string, number> = {}
  const plans = { count: 0 }
  let n = 0
  const measure = async (): Promise<void> => {
    await sleep(WARM_MS)
    figures.startLongestGapMs = gaps.longestMs()
    gaps.reset()
    spans.clear()
    plans.count = 0
    const [model] = childrenLike('process/child')
    const startMs = performance.now()
    const before = { all: cpuMs(), loop: cpuMsOf(process.pid, process.pid), model: cpuMsOf(model!) }
    const active = performance.eventLoopUtilization()
    await sleep(forMs)
    const elapsedMs = msSince(startMs)
    const percent = (ms: number): number => (100 * ms) / elapsedMs
    figures.longestGapMs = gaps.longestMs()
    figures.gapP99Ms = gaps.p99Ms()
    const pauses = gaps.gcPausesMs()
    figures.gcPerS = pauses.length / (elapsedMs / 1e3)
    figures.gcPercent = percent(pauses.reduce((sum, ms) => sum + ms, 0))
    figures.gcLongestMs = percentile(pauses, 1)
    figures.mainCpuPercent = percent(cpuMs() - before.all)
    figures.mainLoopCpuPercent = percent(cpuMsOf(process.pid, process.pid) - before.loop)
    figures.mainLoopActivePercent = 100 * performance.eventLoopUtilization(active).utilization
    figures.modelCpuPercent = percent(cpuMsOf(model!) - before.model)
    for (const stage of LOOP_STAGES) figures[`${stage}Percent`] = percent(spans.sumMs(stage))
    figures.plansPerS = plans.count / (elapsedMs / 1e3)
    figures.framesPerS = spans.count('frameAge') / (elapsedMs / 1e3)
    n = spans.count('frameAge')
    Object.assign(figures, spans.percentiles())
    ending.abort()
  }
  await surroundDrive({
    bundle,
    address,
    tape: join(folder, 'drive.mcap'),
    around: around(spans, plans, () => void measure()),
    options: { signal: ending.signal },
  })
  gaps.stop()
  return { n, figures }
}

const bare = async (folder: string, address: string, forMs: number): Promise<Measured> => {
  const socket = new Subscriber()
  await socket.bind(address)
  socket.subscribe()
  const file = await open(join(folder, 'bare'), 'w')
  let n = 0
  let writing = Promise.resolve()
  const receiving = (async () => {
    for await (const parts of socket) {
      n += 1
      writing = writing.then(async () => void (await file.writev(parts)))
    }
  })()
  await sleep(WARM_MS)
  n = 0
  const before = cpuMs()
  await sleep(forMs)
  const figures = { mainCpuPercent: (100 * (cpuMs() - before)) / forMs }
  socket.close()
  await receiving
  await writing
  await file.close()
  return { n, figures }
}

/** Runs a role in a process of its own beside a car; what else this process did does not count. */
const beside = async (role: 'drive' | 'bare', folder: string, bundle: string, forMs: number): Promise<Measured> => {
  const address = `ipc://${join(folder, `${role}.sock`)}`
  const child = fork(fileURLToPath(import.meta.url), [role, folder, address, bundle, String(forMs)])
  const measured = new Promise<Measured>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Measured))
    child.once('exit', (code) => reject(new Error(`${role} ended with ${code}`)))
  })
  const car = startCar(address, folder)
  try {
    return await measured
  } finally {
    await car.stop()
    child.kill()
  }
}

const main = async (): Promise<void> => {
  const forMs = durationFlagMs('for', '20s')
  const folder = mkdtempSync(join(tmpdir(), 'bench-pipeline-'))
  try {
    await drawCarFrames(folder)
    const bundle = await makeRandomBundle(folder, 'nano')
    const lower = await beside('bare', folder, bundle, forMs / 2)
    const { n, figures } = await beside('drive', folder, bundle, forMs)
    const { mainCpuPercent: bareCpuPercent } = lower.figures as { mainCpuPercent: number }
    reportBench({
      name: 'pipeline',
      n,
      figures: { ...figures, bareCpuPercent },
      ratios: {
        mainCpuToBare: figures.mainCpuPercent! / bareCpuPercent,
        loopActiveToFramePeriod: figures.mainLoopActivePercent! / 100,
        longestGapToFramePeriod: figures.longestGapMs! / FRAME_PERIOD_MS,
      },
      // The loop may miss no planner tick (50 ms), and a burst of six frames is admitted before the next (83 ms).
      limits: { longestGapMs: 50, frameAgeP99Ms: 50, pipelineTickLatenessP99Ms: 25 },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [role, folder, address, bundle, forMs] = process.argv.slice(2)
if (role === 'drive' || role === 'bare') {
  const measured = await (role === 'drive'
    ? drive(folder!, address!, bundle!, Number(forMs))
    : bare(folder!, address!, Number(forMs)))
  process.send?.(measured)
} else await main()

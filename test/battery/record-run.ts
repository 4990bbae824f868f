import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspectTape, readTape } from '#log'
import { play } from '#replay'
import { openFaultProxy, openWirePublisher } from '#sensors'
import { createSystemClock } from '../../src/cli/system-clock.ts'
import { ROOT, SOURCE_ARGS } from '../oracles.ts'
import type { DriveOrder, DriveResult } from './drive-process.ts'
import { endOf } from './end-of.ts'
import type { RunPlan } from './run-plan.ts'

const TOWN = `${ROOT}examples/town/`
/** From the beginning of one turn of the town's tape to that of the next; it is 10 s long. */
const TOWN_PERIOD_NS = 10_000_000_000n
/** More than any run needs. */
const TURNS = 20
/** Between two snapshots: a run of 5 s has three; s. */
const SNAPSHOT_PERIOD_S = 1.5
/** A run that has not had its plan by then never will; ms. */
const MOST_MS = 30_000

export interface Recording {
  /** By the monotonic clock, from the first frame set; s. */
  readonly droveS: number
  readonly messages: number
  readonly plans: number
  /** Fault messages on the tape, and how often each code stands there. */
  readonly faults: number
  readonly faultCodes: Readonly<Record<string, number>>
  readonly snapshots: number
  readonly answers: number
  readonly sent: number
  readonly struck: Readonly<Record<string, number>>
}

export interface RecordPorts {
  readonly tape: string
  readonly bundle: string
  readonly leastS: number
  readonly leastFaults: number
  readonly leastPlans: number
}

/** Drives one run of the battery: a town played over ipc sockets, through the plan's faults, to a tape. */
export const recordRun = async (plan: RunPlan, ports: RecordPorts): Promise<Recording> => {
  const sockets = await mkdtemp(join(tmpdir(), 'battery-'))
  const [listen, forward] = [`ipc://${sockets}/car`, `ipc://${sockets}/drive`]
  const clock = createSystemClock()
  const proxy = await openFaultProxy({ listen, forward, script: plan.script, seed: plan.seed })
  const publisher = await openWirePublisher({ address: listen, mode: 'connect', whenFull: 'drop', clock })
  const ended = new AbortController()
  try {
    const playing = playTown(publisher, clock, ended.signal)
    const { droveMs } = await driveRun(plan, ports, forward)
    ended.abort()
    await playing
    const { taken, struck } = proxy.counts()
    return { droveS: droveMs / 1e3, ...(await factsOf(ports.tape)), sent: taken, struck }
  } finally {
    ended.abort()
    await publisher.close()
    await proxy.close()
    await rm(sockets, { recursive: true, force: true })
  }
}

const playTown = async (
  publisher: Awaited<ReturnType<typeof openWirePublisher>>,
  clock: ReturnType<typeof createSystemClock>,
  signal: AbortSignal,
): Promise<void> => {
  let beginNs = 0n
  await play(
    {
      readRecords: () => readTape(`${TOWN}town.mcap`),
      async begin() {
        await publisher.waitForSubscriber(signal).catch(() => {})
        beginNs = clock.nowNs()
        return beginNs
      },
      async waitUntil(afterBeginNs) {
        const waitMs = Math.ceil(Number(beginNs + afterBeginNs - clock.nowNs()) / 1e6)
        if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {})
      },
      publish: publisher.publish,
      signal,
    },
    { rate: 1, loops: TURNS, periodNs: TOWN_PERIOD_NS, originalStamps: false },
  )
}

const driveRun = async (plan: RunPlan, ports: RecordPorts, sensors: string): Promise<DriveResult> => {
  const { number, clockJumps, killModelAtMs, questions, frameSets, modelThreads } = plan
  const order: DriveOrder = {
    config: `${TOWN}car.yaml`,
    flags: {
      bundle: ports.bundle,
      sensors,
      out: ports.tape,
      model: { threads: modelThreads },
      plan: { frames: { sets: frameSets } },
      pipeline: { questions, snapshotPeriodS: SNAPSHOT_PERIOD_S },
    },
    clockJumps,
    ...(killModelAtMs === undefined ? {} : { killModelAtMs }),
    leastMs: ports.leastS * 1e3,
    leastPlans: ports.leastPlans,
    leastFaults: ports.leastFaults,
    mostMs: MOST_MS,
  }
  const args = [...SOURCE_ARGS, `${ROOT}test/battery/drive-process.ts`, JSON.stringify(order)]
  const { code, stdout, stderr } = await endOf(spawn(process.execPath, args, { cwd: ROOT }))
  if (code !== 0) throw new Error(`run ${number} ended with ${code}: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout)
}

const factsOf = async (tape: string): Promise<Omit<Recording, 'droveS' | 'sent' | 'struck'>> => {
  const { messages, planning, topics, faults } = await inspectTape(tape)
  const faultCodes: Record<string, number> = {}
  for (const { source, code, times } of faults) {
    const key = `${source} ${code}`
    faultCodes[key] = (faultCodes[key] ?? 0) + Number(times)
  }
  const count = (topic: string): number => topics.find((row) => row.topic === topic)?.messages ?? 0
  return {
    messages,
    plans: planning.plans,
    faults: count('/sensors/fault') + count('/pipeline/fault'),
    faultCodes,
    snapshots: count('/pipeline/snapshot'),
    answers: planning.answers.stop + planning.answers.length + planning.answers.cut,
  }
}

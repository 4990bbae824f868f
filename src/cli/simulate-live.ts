import { OutriderError } from '#errors'
import { decode, type Verdict, VerdictSchema } from '#messages'
import type { Output } from '#pipeline'
import { openWireListener, openWirePublisher } from '#sensors'
import { createSimulation, type Scenario, worldOf } from '#simulator'
import { runLiveWorld } from '../evaluation/closed-loop/live-world.ts'
import type { LoopStep } from '../evaluation/closed-loop/planner.ts'
import { createReferee } from '../evaluation/closed-loop/referee.ts'
import { WARM_UP_S } from '../evaluation/closed-loop.ts'
import { scoreLines } from './closed-loop-lines.ts'
import { readRig } from './read-rig.ts'
import { createSystemClock } from './system-clock.ts'
import { toJson } from './to-json.ts'
import { waitUntil } from './wait-until.ts'

interface Flags {
  readonly to?: string
  readonly verdicts?: string
  readonly json?: boolean
}

/** A drive that has no plan after this has no model that answers; s. */
const PATIENCE_S = 120
/** The first instant is drawn while the drive hears that there is somebody; ns. */
const HEAD_START_NS = 300_000_000n

/** `simulate --live`: the world as a car on ZeroMQ, which goes where a drive's verdicts say. */
export const simulateLive = async (
  flags: Flags,
  scenario: Scenario,
  rigPath: string,
  seconds: number,
): Promise<void> => {
  const { to, verdicts } = flags
  if (to === undefined || verdicts === undefined) {
    throw new OutriderError({
      code: 'SIMULATE_FLAG',
      expected: '--to and --verdicts: the addresses that the drive has bound with --sensors and --publish',
      found: `${to === undefined ? 'no --to' : to}, ${verdicts === undefined ? 'no --verdicts' : verdicts}`,
    })
  }
  const rig = readRig(rigPath)
  const clock = createSystemClock()
  const interrupted = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())
  const { signal } = interrupted

  let verdict: Verdict | undefined
  let plans = 0
  const seen: (LoopStep | Output)[] = []
  const listener = openWireListener({
    address: verdicts,
    topics: ['/planners/verdict', '/tasks/plan', '/pipeline/fault'],
    onMessage(topic, payload) {
      if (topic === '/planners/verdict') verdict = decode(VerdictSchema, payload)
      if (topic === '/tasks/plan') plans += 1
      seen.push({ topic, payload, sequence: 0, publishTimeNs: 0n })
    },
  })
  const publisher = await openWirePublisher({ address: to, mode: 'connect', whenFull: 'drop', clock })
  try {
    console.error(`waiting for a drive at ${to}`)
    await publisher.waitForSubscriber(signal).catch((error) => {
      if (!signal.aborted) throw error
    })
    const beginNs = clock.nowNs() + HEAD_START_NS
    const world = { ...worldOf(scenario), beginNs }
    console.error(`${scenario.family} ${scenario.seed}: the world's own driver drives until the drive has a plan`)
    const summary = await runLiveWorld(
      {
        simulation: createSimulation({ world, rig }),
        beginNs,
        waitUntil: (timeNs) => waitUntil(clock, timeNs, signal),
        nowNs: clock.nowNs,
        publish: publisher.publish,
        verdict: () => verdict,
        hasPlan: () => plans > 0,
        onStep: (step) => {
          if (step.handedOver && !(seen.findLast(isStep)?.handedOver ?? false)) console.error('the drive has the wheel')
          seen.push(step)
        },
        signal,
      },
      { warmUpS: WARM_UP_S, durationS: seconds, patienceS: PATIENCE_S },
    )
    const { handedOverS } = summary
    // Only now: to look at the way ahead takes seconds, which a live world does not have.
    const score =
      handedOverS === undefined
        ? undefined
        : scoreOf(seen, { scenario, world, vehicle: rig.vehicle, warmUpS: handedOverS, durationS: seconds })
    const last = seen.findLast(isStep)?.moment.ego
    const end = { ...summary, endSpeedMps: last?.speedMps }
    if (flags.json) console.log(toJson({ ...end, ...(score ? { score } : {}) }))
    else {
      const late = `${summary.sent} messages sent, ${summary.lost} lost, the latest ${summary.latestMs.toFixed(0)} ms after its stamp`
      for (const line of [...(score ? scoreLines(score) : ['the drive never had a plan']), late]) console.log(line)
    }
  } finally {
    await listener.close()
    await publisher.close()
  }
}

const isStep = (one: LoopStep | Output): one is LoopStep => 'moment' in one

type Watched = Omit<Parameters<typeof createReferee>[0], 'planner' | 'latencyMs'>

const scoreOf = (seen: readonly (LoopStep | Output)[], watched: Watched) => {
  // How late its answers are, only the drive itself knows: its tape says it.
  const referee = createReferee({ ...watched, planner: 'drive', latencyMs: 0 })
  let end: string | undefined
  for (const one of seen) {
    if (!isStep(one)) referee.onOutput(one)
    else end = referee.onStep(one)
    if (end !== undefined) break
  }
  return referee.score(end ?? 'interrupted')
}

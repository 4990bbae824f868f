import type { Verdict } from '#messages'
import { type EgoAtStep, type Simulation, STEP_NS, STEP_S, verdictAtStep } from '#simulator'
import type { LoopStep } from './planner.ts'

export interface LiveWorldPorts {
  /** Of a world that begins when it is to begin on the wall's clock. */
  readonly simulation: Simulation
  readonly beginNs: bigint
  /** Resolves then, at once when it is past, or when the signal is aborted; ns since the Unix epoch. */
  waitUntil(timeNs: bigint): Promise<void>
  nowNs(): bigint
  /** False when the message was lost on the way out. */
  publish(topic: string, payload: Uint8Array): Promise<boolean>
  /** The newest that the drive has said. */
  verdict(): Verdict | undefined
  /** Whether the drive has a plan, so that it can take the wheel. */
  hasPlan(): boolean
  onStep(step: LoopStep): void
  readonly signal: AbortSignal
}

export interface LiveWorldOptions {
  /** The world's own driver drives for so long at least. */
  readonly warmUpS: number
  /** From when the drive takes the wheel. */
  readonly durationS: number
  /** A drive that has no plan by then never takes the wheel: the world ends. */
  readonly patienceS: number
}

export interface LiveWorldSummary {
  /** Since the beginning; absent: never. */
  readonly handedOverS?: number
  /** The most that a message was sent after its own stamp; ms. A machine that draws too slowly shows here. */
  readonly latestMs: number
  readonly sent: number
  readonly lost: number
}

/** Steps that a verdict may be old: 30 s. */
const STEPS_KEPT = 600

/**
 * The world as time passes. Each instant is drawn while the one before it is the present, so that its messages leave when
 * they are due; a verdict steers from the instant after the next one on.
 */
export const runLiveWorld = async (ports: LiveWorldPorts, options: LiveWorldOptions): Promise<LiveWorldSummary> => {
  const { simulation, beginNs, publish, signal } = ports
  let trace: readonly EgoAtStep[] = []
  let steered = false
  let handedOverS: number | undefined
  let [latestMs, sent, lost] = [0, 0, 0]
  for (let step = 0; !signal.aborted; step += 1) {
    const timeNs = beginNs + BigInt(step) * STEP_NS
    const timeS = step * STEP_S
    const { moment } = simulation
    if (handedOverS === undefined && timeS >= options.warmUpS && ports.hasPlan()) handedOverS = timeS
    if (timeS > (handedOverS === undefined ? options.patienceS : handedOverS + options.durationS)) break
    ports.onStep({ timeNs, moment, steered, handedOver: handedOverS !== undefined })
    trace = [...trace.slice(-STEPS_KEPT), { timeNs, pose: moment.ego.pose }]
    const verdict = handedOverS === undefined ? undefined : ports.verdict()
    const steering = verdict && verdictAtStep(verdict, trace)
    steered = steering !== undefined
    const messages = simulation.advance(steering)
    await ports.waitUntil(timeNs)
    latestMs = Math.max(latestMs, Number(ports.nowNs() - timeNs) / 1e6)
    for (const { topic, payload } of messages) {
      if (!topic.startsWith('/sensors/')) continue
      if (await publish(topic, payload)) sent += 1
      else lost += 1
    }
  }
  return { ...(handedOverS === undefined ? {} : { handedOverS }), latestMs, sent, lost }
}

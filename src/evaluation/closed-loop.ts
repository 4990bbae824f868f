// The closed loop: the world and the pipeline in lockstep, faster than the clock on the wall and the same each time.
import {
  decode,
  EndOfRunSchema,
  encode,
  type FrameSet,
  FrameSetSchema,
  findTopic,
  ModelState_State,
  ModelStateSchema,
  type RouteCommand,
  RouteCommandSchema,
  type RunConfig,
  RunConfigSchema,
  TickSchema,
  type Verdict,
  VerdictSchema,
} from '#messages'
import { createAdmission, createImageStore, type Output, type RecordSink, type Request } from '#pipeline'
import { type EgoAtStep, type SimulatedMessage, type Simulation, STEP_NS, verdictAtStep, type World } from '#simulator'
import { createAnswerDesk } from './closed-loop/answer-desk.ts'
import { loopTape } from './closed-loop/loop-tape.ts'
import type { ClosedLoopPlanner, LoopStep } from './closed-loop/planner.ts'

export interface ClosedLoopPorts {
  readonly world: World
  /** Of that world, at its beginning. */
  readonly simulation: Simulation
  readonly planner: ClosedLoopPlanner
  readonly tape: RecordSink
  /** Told of each instant; what it returns ends the drive, as its reason. */
  readonly onStep?: (step: LoopStep) => string | undefined
  readonly onOutput?: (output: Output) => void
  /** Called now and then, so that whoever runs it can breathe; awaited. */
  readonly onPause?: () => Promise<void>
}

export interface ClosedLoopOptions {
  /** The tape's first record. */
  readonly config: RunConfig
  readonly tickHz: number
  /** From a question to its answer, in simulated time. */
  readonly latencyMs: number
  /** How long the world's own driver drives before the planner takes over. */
  readonly warmUpS: number
  /** From then on. */
  readonly durationS: number
  readonly signal?: AbortSignal
}

/** Before the planner takes over: 3 s of ego history, and 1 s for the first plan that knows it. */
export const WARM_UP_S = 4
/** Steps of the world between two pauses: a second. */
const STEPS_PER_PAUSE = 20
/** Verdicts are younger than this many steps of the world. */
const STEPS_KEPT = 100

/**
 * Drives until the time is up; returns why it ended. The tape has the form of a drive's, without timings of the wall clock: the
 * same world, planner and options give the same bytes. A verdict of a tick steers from the next step of the world on.
 */
export const runClosedLoop = async (ports: ClosedLoopPorts, options: ClosedLoopOptions): Promise<string> => {
  const { world, simulation, planner } = ports
  const { tickHz, latencyMs } = options
  const beginNs = world.beginNs
  const handoverNs = beginNs + ns(options.warmUpS)
  const endNs = handoverNs + ns(options.durationS)
  const latencyNs = ns(latencyMs / 1000)
  const tickNs = ns(1 / tickHz)
  let nowNs = beginNs

  const images = createImageStore()
  const desk = createAnswerDesk()
  const tape = loopTape(ports.tape)
  let verdict: Verdict | undefined
  let route: RouteCommand | undefined
  let frameSets: readonly FrameSet[] = []

  const onOutput = (output: Output): void => {
    if (output.topic === '/planners/verdict') verdict = decode(VerdictSchema, output.payload)
    if (output.topic === '/fusion/frame-set') {
      frameSets = [...frameSets.slice(-STEPS_KEPT), decode(FrameSetSchema, output.payload)]
    }
    ports.onOutput?.(output)
  }
  const onRequest = (request: Request): void => {
    if (request.kind === 'cut') {
      desk.cut(request.requestId, nowNs)
      return
    }
    const { referenceTimeNs } = request.request
    const frameSet = frameSets.find((set) => set.referenceTimeNs === referenceTimeNs)
    if (!frameSet) throw new Error(`no frame set of ${referenceTimeNs}`)
    desk.take(request.request, nowNs + latencyNs, planner.answer({ request: request.request, images, frameSet, route }))
  }
  const { admit } = createAdmission({ clock: { nowNs: () => nowNs }, tape, images, onOutput, onRequest })

  let trace: readonly EgoAtStep[] = []
  let step = 0
  let ticks = 0
  let steered = false
  /** Why it ends, if it does. */
  const stepWorld = (): string | undefined => {
    const { moment } = simulation
    trace = [...trace.slice(-STEPS_KEPT), { timeNs: nowNs, pose: moment.ego.pose }]
    const handedOver = nowNs >= handoverNs
    const at: LoopStep = { timeNs: nowNs, moment, steered, handedOver }
    planner.observe?.(at)
    const end = ports.onStep?.(at)
    if (end !== undefined) return end
    const steering = handedOver && verdict ? verdictAtStep(verdict, trace) : undefined
    steered = steering !== undefined
    for (const message of simulation.advance(steering)) take(message)
    step += 1
    return undefined
  }
  const take = ({ topic, timeNs, payload }: SimulatedMessage): void => {
    if (findTopic(topic)?.producer !== 'outside') {
      tape.aside(topic, timeNs, payload)
      return
    }
    if (topic === '/sensors/route') route = decode(RouteCommandSchema, payload)
    admit(topic, payload, timeNs)
  }

  admit('/pipeline/config', encode(RunConfigSchema, options.config))
  for (const state of [ModelState_State.STARTING, ModelState_State.READY]) {
    const { engine, bundleSha256 } = planner
    admit('/model/state', encode(ModelStateSchema, { state, starts: 1, engine, bundleSha256 }))
  }
  let reason: string | undefined
  while (reason === undefined) {
    const stepNs = beginNs + BigInt(step) * STEP_NS
    const nextTickNs = beginNs + BigInt(ticks) * tickNs
    const answerNs = desk.nextNs()
    // At one instant the world is seen first, then answers are heard, then it is judged.
    if (stepNs <= nextTickNs && (answerNs === undefined || stepNs <= answerNs)) {
      nowNs = stepNs
      if (stepNs > endNs) reason = 'duration reached'
      else if (options.signal?.aborted) reason = 'interrupted'
      else reason = stepWorld()
      if (step % STEPS_PER_PAUSE === 0) await ports.onPause?.()
    } else if (answerNs !== undefined && answerNs <= nextTickNs) {
      nowNs = answerNs
      const { payload, referenceTimeNs } = await desk.deliver()
      admit('/model/answer', payload, referenceTimeNs)
    } else {
      nowNs = nextTickNs
      admit('/pipeline/tick', encode(TickSchema, { number: BigInt(ticks) }))
      ticks += 1
    }
  }
  admit('/pipeline/end', encode(EndOfRunSchema, { reason }))
  return reason
}

const ns = (seconds: number): bigint => BigInt(Math.round(seconds * 1e9))

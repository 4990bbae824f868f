// A small drive as events, made without sockets, models or clocks: two cameras, an ego at constant speed, ticks.
import { sha256 } from '@noble/hashes/sha2.js'
import canonicalize from 'canonicalize'
import {
  CompressedImageSchema,
  cameraTopic,
  decode,
  EgoStateSchema,
  EndOfRunSchema,
  encode,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  type ModelRequest,
  ModelState_State,
  ModelStateSchema,
  RouteCommand_Command,
  RouteCommandSchema,
  RunConfigSchema,
  TickSchema,
  timestampFromNs,
  type View,
} from '#messages'
import { type PipelineConfig, pipelineConfig } from '../config.ts'
import type { Event, Output, Request } from '../event.ts'
import { initialState, type State } from '../state.ts'
import { step } from '../step.ts'

export const START_NS = 1_700_000_000_000_000_000n
const MS = 1_000_000n

const camera = (view: View, yawHalf: number) => ({
  view,
  width: 640,
  height: 360,
  model: { kind: 'pinhole', fx: 400, fy: 400, cx: 320, cy: 180 },
  egoFromCamera: {
    translation: { x: 1.5, y: 0, z: 1.5 },
    // Optical frame looking along ego x, turned about z by twice yawHalf.
    rotation: turned(yawHalf),
  },
})

const turned = (half: number) => {
  const forward = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }
  const [s, c] = [Math.sin(half), Math.cos(half)]
  return {
    x: c * forward.x - s * forward.y,
    y: c * forward.y + s * forward.x,
    z: c * forward.z + s * forward.w,
    w: c * forward.w - s * forward.z,
  }
}

export const CONFIG = pipelineConfig.parse({
  rig: { name: 'two eyes', cameras: [camera('front', 0), camera('back', Math.PI / 2)] },
})

/** The same car, asked everything. */
export const CONFIG_ALL = pipelineConfig.parse({
  ...CONFIG,
  pipeline: {
    ...CONFIG.pipeline,
    questions: ['plan', 'perception', 'prediction'],
    resizedImages: [
      { view: 'front', width: 308, height: 168 },
      { view: 'back', width: 308, height: 168 },
    ],
  },
})

/** Events not stepped yet: what the shell would have been given. */
export type Message = Omit<Event, 'sequence' | 'payloadSha256'>

const message = (topic: string, atNs: bigint, payload: Uint8Array, capturedNs = atNs): Message => ({
  topic,
  logTimeNs: atNs,
  publishTimeNs: capturedNs,
  payload,
})

export const configMessage = (atNs = START_NS, config: PipelineConfig = CONFIG): Message =>
  message('/pipeline/config', atNs, encode(RunConfigSchema, { configJson: canonicalize(config)! }))

/** `bytes`: of the image, at least. */
export const frame = (view: View, capturedNs: bigint, atNs: bigint, bytes = 0): Message => {
  const data = new TextEncoder().encode(`${view} at ${capturedNs}`.padEnd(bytes, '.'))
  const timestamp = timestampFromNs(capturedNs)
  const payload = encode(CompressedImageSchema, { timestamp, frameId: `camera/${view}`, data, format: 'jpeg' })
  return message(cameraTopic(view), atNs, payload, capturedNs)
}

/** Along map x at 5 m/s. */
export const ego = (capturedNs: bigint, atNs: bigint): Message => {
  const x = 5 * (Number(capturedNs - START_NS) / 1e9)
  const payload = encode(EgoStateSchema, {
    captureTimeNs: capturedNs,
    poseInMap: { position: { x, y: 0, z: 0 }, orientation: { x: 0, y: 0, z: 0, w: 1 } },
    velocityInEgoMps: { x: 5, y: 0, z: 0 },
    accelerationInEgoMps2: { x: 0, y: 0, z: 0 },
    yawRateRadps: 0,
  })
  return message('/sensors/ego', atNs, payload, capturedNs)
}

export const route = (atNs: bigint): Message =>
  message(
    '/sensors/route',
    atNs,
    encode(RouteCommandSchema, { captureTimeNs: atNs, command: RouteCommand_Command.STRAIGHT }),
  )

export const tick = (number: bigint, atNs: bigint): Message =>
  message('/pipeline/tick', atNs, encode(TickSchema, { number }))

export const modelState = (state: ModelState_State, atNs: bigint): Message =>
  message('/model/state', atNs, encode(ModelStateSchema, { state, starts: 1, engine: 'scripted' }))

export const answer = (
  request: ModelRequest,
  text: string,
  atNs: bigint,
  finish: ModelAnswer_Finish = ModelAnswer_Finish.STOP,
): Message =>
  message(
    '/model/answer',
    atNs,
    encode(ModelAnswerSchema, { requestId: request.requestId, text, finish }),
    request.referenceTimeNs,
  )

export const end = (atNs: bigint): Message => message('/pipeline/end', atNs, encode(EndOfRunSchema, { reason: 'test' }))

/** 5 m/s straight on, as the model would say it. */
export const STRAIGHT_ON = `{"speed":"keep","path":"straight","poses":[${[1, 2, 3, 4, 5, 6, 7, 8]
  .map((n) => `[${(2.5 * n).toFixed(2)},0.00,0.00]`)
  .join(',')}],"reason":"The lane is free."}`

/** Steps messages one by one, numbering them per topic; keeps all that came out. */
export const createTestRun = (from: State = initialState) => {
  let state = from
  const sequences = new Map<string, number>()
  const events: Event[] = []
  const outputs: (Output & { readonly eventTimeNs: bigint })[] = []
  const requests: Request[] = []
  const stepEvent = (event: Event): readonly Request[] => {
    const result = step(state, event, () => {})
    state = result.state
    events.push(event)
    outputs.push(...result.outputs.map((output) => ({ ...output, eventTimeNs: event.logTimeNs })))
    requests.push(...result.requests)
    return result.requests
  }
  return {
    events,
    outputs,
    requests,
    state: (): State => state,
    stepEvent,
    step(body: Message): readonly Request[] {
      const sequence = sequences.get(body.topic) ?? 0
      sequences.set(body.topic, sequence + 1)
      return stepEvent({ ...body, sequence, payloadSha256: sha256(body.payload) })
    },
    of<T>(topic: string, read: (payload: Uint8Array) => T): T[] {
      return outputs.filter((output) => output.topic === topic).map((output) => read(output.payload))
    },
  }
}

export const driveTwoSeconds = (run = createTestRun()): ReturnType<typeof createTestRun> => driveSeconds(2, run)

/** Frames at 4 Hz, ego at 20 Hz, ticks at 20 Hz; the model answers 200 ms after each question. */
export const driveSeconds = (
  seconds: number,
  run = createTestRun(),
  { imageBytes = 0 }: { readonly imageBytes?: number } = {},
): ReturnType<typeof createTestRun> => {
  const durationMs = BigInt(seconds) * 1000n
  run.step(configMessage())
  run.step(route(START_NS + 1n * MS))
  run.step(modelState(ModelState_State.READY, START_NS + 2n * MS))
  const due: { atNs: bigint; request: ModelRequest }[] = []
  const take = (body: Message): void => {
    for (const request of run.step(body)) {
      if (request.kind === 'ask') due.push({ atNs: body.logTimeNs + 200n * MS, request: request.request })
    }
  }
  for (let ms = 5n; ms < durationMs; ms += 5n) {
    const atNs = START_NS + ms * MS
    const [first] = due
    if (first && first.atNs <= atNs) {
      due.shift()
      take(answer(first.request, STRAIGHT_ON, atNs - 1n))
    }
    if (ms % 50n === 0n) take(ego(atNs - 4n * MS, atNs))
    if (ms % 250n === 5n) take(frame('front', atNs - 30n * MS, atNs, imageBytes))
    if (ms % 250n === 10n) take(frame('back', atNs - 20n * MS, atNs, imageBytes))
    if (ms % 50n === 25n) take(tick(ms / 50n, atNs))
  }
  take(end(START_NS + durationMs * MS))
  return run
}

export const readAs =
  <S extends Parameters<typeof decode>[0]>(schema: S) =>
  (payload: Uint8Array) =>
    decode(schema, payload)

import type { MessageInitShape } from '@bufbuild/protobuf'
import {
  decode,
  encode,
  findTopic,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  type ModelRequest,
  ModelRequestSchema,
  type TapeRecord,
} from '#messages'
import type { Engine } from '#model/engine'
import type { Question } from '#model/question'
import { questionFrom } from '#pipeline'
import { createStepper } from './stepper.ts'

/** When the other model's answer arrives, in event time: when the recorded one did, as long as it took, or a fixed time. */
export type Latency =
  | { readonly kind: 'recorded' }
  | { readonly kind: 'measured' }
  | { readonly kind: 'fixed'; readonly ms: number }

/** How long each recorded request took to its last part; ns. Failures are left out: they are not replayed. */
export const recordedLatencies = async (records: AsyncIterable<TapeRecord>): Promise<ReadonlyMap<bigint, bigint>> => {
  const asked = new Map<bigint, bigint>()
  const took = new Map<bigint, bigint>()
  for await (const { topic, payload, logTimeNs } of records) {
    if (topic === '/model/request') asked.set(decode(ModelRequestSchema, payload).requestId, logTimeNs)
    if (topic !== '/model/answer') continue
    const { requestId, finish } = decode(ModelAnswerSchema, payload)
    const askedNs = asked.get(requestId)
    const ended = finish === ModelAnswer_Finish.STOP || finish === ModelAnswer_Finish.LENGTH
    if (askedNs !== undefined && ended) took.set(requestId, logTimeNs - askedNs)
  }
  return took
}

const median = (values: readonly bigint[]): bigint =>
  [...values].sort((a, b) => (a < b ? -1 : 1))[values.length >> 1] ?? 0n

/** What the model says, whole; an error of its own is an answer that failed, as on the road. */
const bodyOf = async (engine: Engine, question: Question): Promise<MessageInitShape<typeof ModelAnswerSchema>> => {
  try {
    const { text, tokenIds, promptTokenIds, finish } = await engine.answer(question, () => {})
    return {
      text,
      tokenIds: [...tokenIds],
      finish: finish === 'stop' ? ModelAnswer_Finish.STOP : ModelAnswer_Finish.LENGTH,
      promptTokens: promptTokenIds.length,
    }
  } catch (error) {
    const { code = 'ENGINE_FAILED', message } = error as { code?: string; message: string }
    return { finish: ModelAnswer_Finish.FAILED, errorCode: code, errorMessage: message }
  }
}

export interface OtherModelPorts {
  readonly records: AsyncIterable<TapeRecord>
  readonly engine: Engine
  readonly latency: Latency
  /** From a first pass over the tape, for `recorded`. */
  readonly recorded: ReadonlyMap<bigint, bigint>
  readonly out?: { write(record: TapeRecord): void }
  readonly nowMs: () => number
}

/** The same drive with another model: every event but the answers, which are asked anew and arrive in event time. */
export const replayWithOtherModel = async (ports: OtherModelPorts): Promise<{ events: number; outputs: number }> => {
  const { engine, latency, recorded, out } = ports
  const stepper = createStepper()
  const usualNs = median([...recorded.values()])
  let due: { stampNs: bigint; payload: Uint8Array; referenceTimeNs: bigint }[] = []
  let answers = 0
  let lastNs = 0n
  let events = 0
  let outputs = 0

  const answer = async (request: ModelRequest, askedNs: bigint): Promise<void> => {
    const startedMs = ports.nowMs()
    const { requestId, referenceTimeNs } = request
    const body = await bodyOf(engine, questionFrom(request, stepper.images))
    const tookNs = {
      recorded: () => recorded.get(requestId) ?? usualNs,
      measured: () => BigInt(Math.round((ports.nowMs() - startedMs) * 1e6)),
      fixed: () => BigInt(Math.round((latency.kind === 'fixed' ? latency.ms : 0) * 1e6)),
    }[latency.kind]()
    const payload = encode(ModelAnswerSchema, { requestId, ...body })
    due = [...due, { stampNs: askedNs + tookNs, payload, referenceTimeNs }].sort((a, b) =>
      a.stampNs < b.stampNs ? -1 : 1,
    )
  }

  const cut = (requestId: bigint, atNs: bigint): void => {
    due = due.map((entry) =>
      decode(ModelAnswerSchema, entry.payload).requestId === requestId
        ? { ...entry, stampNs: atNs, payload: encode(ModelAnswerSchema, { requestId, finish: ModelAnswer_Finish.CUT }) }
        : entry,
    )
  }

  const stepOne = async (record: TapeRecord): Promise<void> => {
    // Answers that arrive at other times than recorded may meet an event's stamp: stamps stay unique.
    const logTimeNs = record.logTimeNs > lastNs ? record.logTimeNs : lastNs + 1n
    lastNs = logTimeNs
    const event = { ...record, logTimeNs }
    events += 1
    out?.write(event)
    const result = stepper.step(event)
    outputs += result.outputs.length
    for (const output of result.outputs) out?.write(output)
    for (const request of result.requests) {
      if (request.kind === 'ask') await answer(request.request, logTimeNs)
      else cut(request.requestId, logTimeNs)
    }
  }

  const deliverUntil = async (stampNs: bigint): Promise<void> => {
    for (let next = due[0]; next && next.stampNs <= stampNs; next = due[0]) {
      due = due.slice(1)
      const { payload, referenceTimeNs } = next
      const sequence = answers
      answers += 1
      await stepOne({
        topic: '/model/answer',
        logTimeNs: next.stampNs,
        publishTimeNs: referenceTimeNs,
        sequence,
        payload,
      })
    }
  }

  for await (const record of ports.records) {
    if (findTopic(record.topic)?.producer !== 'outside' || record.topic === '/model/answer') continue
    await deliverUntil(record.logTimeNs)
    await stepOne(record)
  }
  return { events, outputs }
}

import type { DescMessage, MessageInitShape } from '@bufbuild/protobuf'
import { encode, type FaultReport, FaultSchema, type ModelRequest } from '#messages'
import type { Event, Output, Request } from './event.ts'
import type { State } from './state.ts'

/** One step at work: the state so far, and what has come out. Lives inside one call of `step`. */
export interface Draft {
  state: State
  readonly event: Event
  emit<S extends DescMessage>(topic: string, schema: S, value: MessageInitShape<S>, publishTimeNs: bigint): void
  fault(report: FaultReport): void
  ask(request: ModelRequest): void
  cut(requestId: bigint): void
  readonly outputs: readonly Output[]
  readonly requests: readonly Request[]
}

export const createDraft = (state: State, event: Event): Draft => {
  const outputs: Output[] = []
  const requests: Request[] = []
  const draft: Draft = {
    state,
    event,
    outputs,
    requests,
    emit(topic, schema, value, publishTimeNs) {
      const sequence = draft.state.sequences[topic] ?? 0
      draft.state = { ...draft.state, sequences: { ...draft.state.sequences, [topic]: sequence + 1 } }
      outputs.push({ topic, publishTimeNs, sequence, payload: encode(schema, value) })
    },
    fault(report) {
      const key = `${report.source}|${report.code}|${report.topic}`
      const count = (draft.state.faultCounts[key] ?? 0n) + 1n
      draft.state = { ...draft.state, faultCounts: { ...draft.state.faultCounts, [key]: count } }
      const fault = { ...report, timeNs: event.logTimeNs, count }
      draft.emit('/pipeline/fault', FaultSchema, fault, event.publishTimeNs)
    },
    ask(request) {
      requests.push({ kind: 'ask', request })
    },
    cut(requestId) {
      requests.push({ kind: 'cut', requestId })
    },
  }
  return draft
}

import {
  Fault_Severity,
  type FrameSet,
  type ModelAnswer,
  ModelAnswer_Finish,
  ModelRequestSchema,
  type ModelState,
  ModelState_State,
  PlanSchema,
} from '#messages'
import { planTask } from '#tasks'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'
import type { InFlight } from '../state.ts'

const msSince = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / 1e6

/** Asks about the newest frame set when the model has nothing to do; a set that has waited too long is dropped. */
export const askWhenFree = (draft: Draft, config: PipelineConfig): void => {
  const { waiting, inFlight, modelReady, requests, route } = draft.state
  if (!waiting || inFlight || !modelReady) return
  const { logTimeNs } = draft.event
  draft.state = { ...draft.state, waiting: undefined }
  if (msSince(waiting.referenceTimeNs, logTimeNs) > config.pipeline.frameSetMaxAgeMs) {
    noteUnasked(draft, config, waiting)
    return
  }

  const request = planTask.buildRequest({ requestId: requests + 1n, frameSet: waiting, route, config: config.plan })
  draft.state = {
    ...draft.state,
    requests: request.requestId,
    inFlight: { request, askedNs: logTimeNs, text: '', cut: false },
  }
  draft.emit('/model/request', ModelRequestSchema, request, request.referenceTimeNs)
  draft.ask(request)
}

const noteUnasked = (draft: Draft, config: PipelineConfig, { number, referenceTimeNs }: FrameSet): void => {
  const { frameSetMaxAgeMs } = config.pipeline
  const foundMs = msSince(referenceTimeNs, draft.event.logTimeNs).toFixed(1)
  draft.fault({
    source: 'pipeline',
    code: 'frame-set-stale',
    severity: Fault_Severity.INFO,
    message: `expected frame set ${number} to be at most ${frameSetMaxAgeMs} ms old when the model was free, found ${foundMs} ms`,
    topic: '/fusion/frame-set',
  })
}

/** Ends an answer that takes longer than its plan could be worth. */
export const cutWhenLate = (draft: Draft, config: PipelineConfig): void => {
  const { inFlight } = draft.state
  if (!inFlight || inFlight.cut) return
  const ms = msSince(inFlight.askedNs, draft.event.logTimeNs)
  if (ms <= config.pipeline.answerTimeoutMs) return
  draft.state = { ...draft.state, inFlight: { ...inFlight, cut: true } }
  draft.cut(inFlight.request.requestId)
  draft.fault({
    source: 'pipeline',
    code: 'answer-late',
    severity: Fault_Severity.WARNING,
    message: `expected the answer to request ${inFlight.request.requestId} within ${config.pipeline.answerTimeoutMs} ms, found none after ${ms.toFixed(0)} ms`,
    topic: '/model/answer',
  })
}

/** A part of an answer; the last part makes a plan or a fault. */
export const hearAnswer = (draft: Draft, part: ModelAnswer): void => {
  const { inFlight } = draft.state
  if (!inFlight || inFlight.request.requestId !== part.requestId) return
  const heard = { ...inFlight, text: inFlight.text + part.text }
  if (part.finish === ModelAnswer_Finish.NONE) {
    draft.state = { ...draft.state, inFlight: heard }
    return
  }
  draft.state = { ...draft.state, inFlight: undefined }
  if (part.finish === ModelAnswer_Finish.STOP) makePlan(draft, heard)
  else noteNoPlan(draft, heard, part)
}

const makePlan = (draft: Draft, { request, text }: InFlight): void => {
  const parsed = planTask.parse(text, request)
  if ('fault' in parsed) draft.fault(parsed.fault)
  else {
    draft.state = { ...draft.state, plan: parsed.plan }
    draft.emit('/tasks/plan', PlanSchema, parsed.plan, parsed.plan.referenceTimeNs)
  }
}

const noteNoPlan = (draft: Draft, { request }: InFlight, part: ModelAnswer): void => {
  const failed = part.finish === ModelAnswer_Finish.FAILED
  const found = failed
    ? `${part.errorCode}: ${part.errorMessage}`
    : part.finish === ModelAnswer_Finish.CUT
      ? 'a cut one'
      : 'the end of the token budget'
  draft.fault({
    source: 'model',
    code: failed ? 'answer-failed' : 'answer-unfinished',
    severity: Fault_Severity.WARNING,
    message: `expected a whole answer to request ${request.requestId}, found ${found}`,
    topic: '/model/answer',
  })
}

export const hearModelState = (draft: Draft, { state, detail, starts }: ModelState): void => {
  draft.state = { ...draft.state, modelReady: state === ModelState_State.READY }
  if (state !== ModelState_State.EXITED) return
  draft.fault({
    source: 'model',
    code: 'process-exited',
    severity: Fault_Severity.ERROR,
    message: `expected the model process to run, found its end after start ${starts}: ${detail}`,
    topic: '/model/state',
  })
}

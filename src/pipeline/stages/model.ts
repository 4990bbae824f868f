import {
  Fault_Severity,
  type ModelAnswer,
  ModelAnswer_Finish,
  type ModelState,
  ModelState_State,
  PerceptionSchema,
  type Plan,
  PlanSchema,
} from '#messages'
import { parsePerception, parsePlan, parsePlanSoFar, parsePrediction } from '#tasks'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'
import type { InFlight } from '../state.ts'
import { guardPlan } from './guard.ts'
import { followAgents, predictAgents } from './scene.ts'

const msSince = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / 1e6

/** Ends an answer that takes longer than it could be worth. */
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

/** A part of an answer. A plan is told as soon as its poses are there; the last part makes the whole answer or a fault. */
export const hearAnswer = (draft: Draft, config: PipelineConfig, part: ModelAnswer): void => {
  const { inFlight } = draft.state
  if (!inFlight || inFlight.request.requestId !== part.requestId) return
  const heard = { ...inFlight, text: inFlight.text + part.text }
  if (part.finish === ModelAnswer_Finish.NONE) {
    draft.state = { ...draft.state, inFlight: heard }
    if (heard.name === 'plan' && !heard.told) tellPosesOfPlan(draft, heard)
    return
  }
  draft.state = { ...draft.state, inFlight: undefined }
  if (part.finish === ModelAnswer_Finish.STOP) take(draft, config, heard)
  else noteUnfinished(draft, heard, part)
}

const tellPosesOfPlan = (draft: Draft, heard: InFlight): void => {
  const plan = parsePlanSoFar(heard.text, heard.request)
  if (!plan) return
  draft.state = { ...draft.state, inFlight: { ...heard, told: true } }
  tellPlan(draft, heard, plan)
}

const tellPlan = (draft: Draft, { askedNs, told }: InFlight, plan: Plan): void => {
  const planTookMs = told ? draft.state.planTookMs : msSince(askedNs, draft.event.logTimeNs)
  draft.state = { ...draft.state, plan, planTookMs }
  draft.emit('/tasks/plan', PlanSchema, plan, plan.referenceTimeNs)
}

const take = (draft: Draft, config: PipelineConfig, answered: InFlight): void => {
  const { name, request, text } = answered
  if (name === 'plan') {
    const parsed = parsePlan(text, request)
    if ('fault' in parsed) {
      draft.fault(parsed.fault)
      return
    }
    tellPlan(draft, answered, parsed.plan)
  } else if (name === 'perception') {
    const parsed = parsePerception(text, request)
    for (const fault of 'fault' in parsed ? [parsed.fault] : parsed.faults) draft.fault(fault)
    const frameSet = draft.state.round?.frameSet
    if ('fault' in parsed || !frameSet) return
    const { perception } = parsed
    draft.state = { ...draft.state, perception }
    draft.emit('/tasks/perception', PerceptionSchema, perception, perception.referenceTimeNs)
    followAgents(draft, config, frameSet, perception)
    const { tracks } = draft.state
    if (tracks && !config.pipeline.questions.includes('prediction')) predictAgents(draft, tracks)
  } else {
    const parsed = parsePrediction(text, request)
    for (const fault of 'fault' in parsed ? [parsed.fault] : parsed.faults) draft.fault(fault)
    const { tracks } = draft.state
    // Without intentions the agents still move.
    if (tracks) predictAgents(draft, tracks, 'fault' in parsed ? undefined : parsed.prediction)
  }
  guardPlan(draft, config)
}

const noteUnfinished = (draft: Draft, { request, cut }: InFlight, part: ModelAnswer): void => {
  // Whoever cut it has said so.
  if (cut && part.finish === ModelAnswer_Finish.CUT) return
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
    message: `expected a whole answer to request ${request.requestId} (${request.task}), found ${found}`,
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

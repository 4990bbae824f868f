// Which question is asked next: the plan of the newest frame set first, the slower questions about the same set behind it.
import { Fault_Severity, type FrameSet, ModelRequestSchema } from '#messages'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'
import { earlierThan } from '../earlier-sets.ts'
import type { QuestionName } from '../question-name.ts'
import { buildRequest } from './build-request.ts'

const msSince = (fromNs: bigint, toNs: bigint): number => Number(toNs - fromNs) / 1e6

/** Of the slower questions, those that the drive asks, in their order. */
const slowerOf = ({ pipeline }: PipelineConfig): readonly QuestionName[] =>
  (['perception', 'prediction'] as const).filter((name) => pipeline.questions.includes(name))

/** Whether the plan would be too old before the next one is there, were that asked for only later. */
const planIsDue = ({ state, event }: Draft, config: PipelineConfig): boolean => {
  const { plan, planTookMs } = state
  if (!plan) return true
  const leftMs = config.planners.planMaxAgeMs - msSince(plan.referenceTimeNs, event.logTimeNs)
  return leftMs <= planTookMs
}

/** Asks when the model has nothing to do. */
export const askWhenFree = (draft: Draft, config: PipelineConfig): void => {
  const { inFlight, modelReady, waiting, round } = draft.state
  if (inFlight || !modelReady) return
  if (round && round.remaining.length > 0) {
    if (waiting && !round.protected && planIsDue(draft, config)) noteCut(draft, round.remaining)
    else if (askSlower(draft, config)) return
  }
  if (waiting) askForPlan(draft, config, waiting)
}

/** A newer frame set and a plan that would come too late end a slower question, but never in two frame sets running. */
export const cutWhenPlanIsDue = (draft: Draft, config: PipelineConfig): void => {
  const { inFlight, waiting, round } = draft.state
  if (!inFlight || inFlight.cut || inFlight.name === 'plan' || !waiting || !round || !planIsDue(draft, config)) return
  if (round.protected) {
    noteStarved(draft, config)
    return
  }
  draft.state = { ...draft.state, inFlight: { ...inFlight, cut: true } }
  draft.cut(inFlight.request.requestId)
  noteCut(draft, [inFlight.name, ...round.remaining])
}

/** The round's slower questions are given up; those of the next round may not be. */
const noteCut = (draft: Draft, names: readonly QuestionName[]): void => {
  const { round } = draft.state
  if (!round) return
  draft.state = { ...draft.state, round: { ...round, remaining: [], wasCut: true } }
  draft.fault({
    source: 'pipeline',
    code: 'question-cut',
    severity: Fault_Severity.INFO,
    message: `expected time for ${names.join(' and ')} of frame set ${round.frameSet.number}, found that the next plan is due`,
    topic: '/model/request',
  })
}

/** Once a round: the plan waits for a slower question that was cut the last time. */
const noteStarved = (draft: Draft, { planners }: PipelineConfig): void => {
  const { round, plan } = draft.state
  if (!round || round.starved || !plan) return
  const ageMs = msSince(plan.referenceTimeNs, draft.event.logTimeNs)
  if (ageMs <= planners.planMaxAgeMs) return
  draft.state = { ...draft.state, round: { ...round, starved: true } }
  draft.fault({
    source: 'pipeline',
    code: 'plan-starved',
    severity: Fault_Severity.WARNING,
    message: `expected a plan younger than ${planners.planMaxAgeMs} ms, found one of ${ageMs.toFixed(0)} ms: the slower questions of frame set ${round.frameSet.number} may not be cut again`,
    topic: '/tasks/plan',
  })
}

const askForPlan = (draft: Draft, config: PipelineConfig, waiting: FrameSet): void => {
  const { frameSetMaxAgeMs } = config.pipeline
  const ageMs = msSince(waiting.referenceTimeNs, draft.event.logTimeNs)
  const wasCut = draft.state.round?.wasCut === true
  draft.state = { ...draft.state, waiting: undefined, round: undefined }
  if (ageMs > frameSetMaxAgeMs) {
    draft.fault({
      source: 'pipeline',
      code: 'frame-set-stale',
      severity: Fault_Severity.INFO,
      message: `expected frame set ${waiting.number} to be at most ${frameSetMaxAgeMs} ms old when the model was free, found ${ageMs.toFixed(1)} ms`,
      topic: '/fusion/frame-set',
    })
    return
  }
  const remaining = slowerOf(config)
  // Now, for all of them: what closes meanwhile is not in their common beginning.
  const earlier = earlierThan(waiting, draft.state.remembered, config.plan.frames)
  draft.state = {
    ...draft.state,
    round: { frameSet: waiting, earlier, remaining, protected: wasCut, wasCut: false, starved: false },
  }
  ask(draft, config, 'plan')
}

/** False when there is nothing left to ask: nobody is there to predict. */
const askSlower = (draft: Draft, config: PipelineConfig): boolean => {
  for (let { round } = draft.state; round; { round } = draft.state) {
    const [name, ...remaining] = round.remaining
    if (!name) return false
    draft.state = { ...draft.state, round: { ...round, remaining } }
    if (ask(draft, config, name)) return true
  }
  return false
}

const ask = (draft: Draft, config: PipelineConfig, name: QuestionName): boolean => {
  const { requests, round } = draft.state
  const request = round && buildRequest(draft.state, config, name, round, requests + 1n)
  if (!request) return false
  draft.state = {
    ...draft.state,
    requests: request.requestId,
    inFlight: { name, request, askedNs: draft.event.logTimeNs, text: '', told: false, cut: false },
  }
  draft.emit('/model/request', ModelRequestSchema, request, request.referenceTimeNs)
  draft.ask(request)
  return true
}

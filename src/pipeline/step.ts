// The whole program: one event in; state, outputs and requests out. No clock, no randomness, no I/O, nothing native.
import {
  decode,
  EgoStateSchema,
  findTopic,
  ModelAnswerSchema,
  ModelStateSchema,
  RouteCommandSchema,
  RunConfigSchema,
  RunDigestSchema,
} from '#messages'
import { createDraft } from './draft.ts'
import type { Event, Mark, Output, Request } from './event.ts'
import { chainEvent } from './event-digest.ts'
import { snapshotWhenDue } from './snapshot.ts'
import { begin } from './stages/begin.ts'
import { admitCameraFrame, admitEgoState, closeDueFrameSets } from './stages/fusion.ts'
import { cutWhenLate, hearAnswer, hearModelState } from './stages/model.ts'
import { judgeAtTick } from './stages/planners.ts'
import { askWhenFree, cutWhenPlanIsDue } from './stages/questions.ts'
import type { State } from './state.ts'
import { viewOfTopic } from './view-of-topic.ts'

export interface StepResult {
  readonly state: State
  readonly outputs: readonly Output[]
  readonly requests: readonly Request[]
}

/**
 * Takes the run one event further. Pure: equal state and event give equal results, on any machine, at any speed.
 * `mark` is write-only. Throws on an event that the shell may not admit (a bug, or a forged tape), never on the road's account.
 */
export const step = (state: State, event: Event, mark: Mark): StepResult => {
  if (findTopic(event.topic)?.producer !== 'outside') throw new Error(`step takes no events of ${event.topic}`)
  const draft = createDraft(
    { ...state, events: state.events + 1n, eventsSha256: chainEvent(state.eventsSha256, event) },
    event,
  )

  if (event.topic === '/pipeline/config') {
    begin(draft, decode(RunConfigSchema, event.payload))
    return draft
  }
  const { config } = draft.state
  if (!config) throw new Error(`the first event is /pipeline/config, not ${event.topic}`)

  closeDueFrameSets(draft, config)
  const view = viewOfTopic(event.topic)
  if (view) admitCameraFrame(draft, config, view)
  else if (event.topic === '/sensors/ego') admitEgoState(draft, config, decode(EgoStateSchema, event.payload))
  else if (event.topic === '/sensors/route')
    draft.state = { ...draft.state, route: decode(RouteCommandSchema, event.payload) }
  mark('fusion')

  if (event.topic === '/model/answer') hearAnswer(draft, config, decode(ModelAnswerSchema, event.payload))
  else if (event.topic === '/model/state') hearModelState(draft, decode(ModelStateSchema, event.payload))
  cutWhenLate(draft, config)
  cutWhenPlanIsDue(draft, config)
  askWhenFree(draft, config)
  mark('tasks')

  if (event.topic === '/pipeline/tick') {
    judgeAtTick(draft, config)
    mark('planners')
  }
  if (event.topic === '/pipeline/end') {
    const { events, eventsSha256 } = draft.state
    draft.emit('/pipeline/digest', RunDigestSchema, { events, eventsSha256 }, event.publishTimeNs)
  }
  snapshotWhenDue(draft, config)
  return draft
}

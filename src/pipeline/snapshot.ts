import { OutriderError } from '#errors'
import { type Snapshot, SnapshotSchema } from '#messages'
import type { PipelineConfig } from './config.ts'
import type { Draft } from './draft.ts'
import { initialState, type State } from './state.ts'
import { stateFromText, stateToText } from './state-text.ts'

/** Of the layout of `state_json`; raise it when a member of the state changes its meaning but not its name. */
const VERSION = 1

const TOPIC = '/pipeline/snapshot'

/** Writes the state down when it is time to; last in a step, since it holds what the event has left. */
export const snapshotWhenDue = (draft: Draft, { pipeline }: PipelineConfig): void => {
  const { logTimeNs } = draft.event
  const { snapshotDueNs } = draft.state
  if (snapshotDueNs !== undefined && logTimeNs < snapshotDueNs) return
  const periodNs = BigInt(Math.round(pipeline.snapshotPeriodS * 1e9))
  draft.state = { ...draft.state, snapshotDueNs: logTimeNs + periodNs }
  // Nobody needs the one at the beginning.
  if (snapshotDueNs === undefined) return
  const { state } = draft
  // As it will be when this has been emitted too.
  const left = { ...state, sequences: { ...state.sequences, [TOPIC]: (state.sequences[TOPIC] ?? 0) + 1 } }
  const body = { version: VERSION, events: state.events, stateJson: stateToText(left) }
  draft.emit(TOPIC, SnapshotSchema, body, logTimeNs)
}

/** The state that step had after the snapshot's event. Throws OutriderError SNAPSHOT_UNREADABLE. */
export const stateFromSnapshot = ({ version, stateJson }: Snapshot): State => {
  if (version !== VERSION) throw unreadable(`version ${VERSION}`, `version ${version}`)
  let state: unknown
  try {
    state = stateFromText(stateJson)
  } catch (cause) {
    throw unreadable('the text of a state', (cause as Error).message, cause)
  }
  const [expected, found] = [membersOf(initialState), membersOf(state)]
  if (expected !== found) throw unreadable(`a state of ${expected}`, found)
  return state as State
}

const membersOf = (state: unknown): string =>
  typeof state === 'object' && state !== null ? Object.keys(state).sort().join(', ') : String(state)

const unreadable = (expected: string, found: string, cause?: unknown): OutriderError =>
  new OutriderError({
    code: 'SNAPSHOT_UNREADABLE',
    expected: `a snapshot of this version of Outrider: ${expected}`,
    found,
    next: 'replay from the beginning, or with the version that drove',
    cause,
  })

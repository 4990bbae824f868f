import { create } from '@bufbuild/protobuf'
import { type EgoState, type FaultReport, type FrameSet, type FrameSet_EgoSample, FrameSetSchema } from '#messages'
import { admitFrameToSets } from './admit-frame.ts'
import { closeDueSets } from './close-sets.ts'
import type { FusionConfig } from './config.ts'
import { type EgoEstimate, egoOnTrack } from './ego-at.ts'
import { egoHistoryOf } from './ego-history.ts'
import { admitToEgoTrack, type EgoTrack, initialEgoTrack } from './ego-track.ts'
import { type Frame, intervalOf, spreadNs } from './frame.ts'
import { type ClosedSet, type FrameSetState, type FrameSetStep, initialFrameSetState } from './frame-set-state.ts'

/** All that fusion knows: plain data (numbers, strings, bigints, byte arrays). */
export interface FusionState {
  readonly sets: FrameSetState
  readonly ego: EgoTrack
}

export const initialFusionState: FusionState = { sets: initialFrameSetState, ego: initialEgoTrack }

export interface FusionStep {
  readonly state: FusionState
  /** In the order of their instants; numbers count up. */
  readonly closed: readonly FrameSet[]
  readonly faults: readonly FaultReport[]
}

const messageOf = (
  { number, frames, closedBy }: ClosedSet,
  ego: EgoTrack,
  rigViews: readonly string[],
  config: FusionConfig,
): FrameSet => {
  const interval = intervalOf(frames)
  const views = rigViews.flatMap((name) => frames.filter(({ view }) => view === name))
  return create(FrameSetSchema, {
    number,
    referenceTimeNs: interval.latestNs,
    views: views.map(({ view, image, captureTimeNs }) => ({ view, image: { ...image }, captureTimeNs })),
    missingViews: rigViews.filter((name) => !frames.some(({ view }) => view === name)),
    spreadNs: spreadNs(interval),
    closedBy,
    egoHistory: egoHistoryOf(ego, interval.latestNs, config),
  })
}

const withSets = (
  { ego }: FusionState,
  { state, closed, faults }: FrameSetStep,
  rigViews: readonly string[],
  config: FusionConfig,
): FusionStep => ({
  state: { ego, sets: state },
  closed: closed.map((set) => messageOf(set, ego, rigViews, config)),
  faults,
})

/** Takes a frame into its set. `closed` holds the sets that were due before it came, and the one it completes. */
export const admitFrame = (
  state: FusionState,
  frame: Frame,
  rigViews: readonly string[],
  config: FusionConfig,
): FusionStep => withSets(state, admitFrameToSets(state.sets, frame, rigViews, config), rigViews, config)

/** Closes the sets whose waiting time is over at `nowNs` (admission clock). */
export const closeDue = (
  state: FusionState,
  nowNs: bigint,
  rigViews: readonly string[],
  config: FusionConfig,
): FusionStep => withSets(state, closeDueSets(state.sets, nowNs, config), rigViews, config)

/** Takes an ego state in, in order of capture time whatever the order of arrival. */
export const admitEgo = (
  state: FusionState,
  message: EgoState,
  eventTimeNs: bigint,
  config: FusionConfig,
): Omit<FusionStep, 'closed'> => {
  const { track, faults } = admitToEgoTrack(state.ego, message, eventTimeNs, config)
  return { state: { ...state, ego: track }, faults }
}

/** Where and how fast the ego is at `timeNs`: between states, or carried forward up to `egoMaxAgeMs`; undefined when nothing near is known. */
export const egoAt = (state: FusionState, timeNs: bigint, config: FusionConfig): EgoEstimate | undefined =>
  egoOnTrack(state.ego, timeNs, config)

/** The last `historyS` in the ego frame at `referenceTimeNs`, oldest first. Frame sets come with it. */
export const egoHistory = (state: FusionState, referenceTimeNs: bigint, config: FusionConfig): FrameSet_EgoSample[] =>
  egoHistoryOf(state.ego, referenceTimeNs, config)

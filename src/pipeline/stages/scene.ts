// What the model saw, put on the ground and followed: perception -> tracks -> predicted paths.
import { create } from '@bufbuild/protobuf'
import { egoAt } from '#fusion'
import { transformFromPlanar } from '#geometry'
import { type FrameSet, type Perception, type Prediction, PredictionSchema, type Tracks, TracksSchema } from '#messages'
import { liftBoxes, mergeViews, predictPaths, type StampedEgoPose, trackStep, tracksMessage } from '#scene'
import type { PipelineConfig } from '../config.ts'
import type { Draft } from '../draft.ts'
import { perceivedBoxes } from '../perceived-boxes.ts'

/** Around the exposures, so that poses are there before the first row and after the last; ns. */
const MARGIN_NS = 50_000_000n
/** Between poses: at 50 m/s the ego moves 0.5 m; ns. */
const POSE_STEP_NS = 10_000_000n

/** Takes what was perceived in a frame set into the tracks, and says where they are now. */
export const followAgents = (
  draft: Draft,
  config: PipelineConfig,
  frameSet: FrameSet,
  perception: Perception,
): void => {
  const { rig, scene: sceneConfig } = config
  const egoPoses = posesAround(draft, config, frameSet)
  const lifted = liftBoxes(perceivedBoxes(perception, frameSet, rig), rig, egoPoses, sceneConfig)
  const timeNs = frameSet.referenceTimeNs
  const eyes = frameSet.views.flatMap(({ view, captureTimeNs }) => {
    const camera = rig.cameras.find((candidate) => candidate.view === view)
    const ego = egoAt(draft.state.fusion, captureTimeNs, config.fusion)?.pose
    return camera && ego ? [{ camera, mapFromEgo: transformFromPlanar(ego) }] : []
  })
  const sighting = { timeNs, detections: mergeViews(lifted.detections), eyes }
  const { state, faults } = trackStep(draft.state.scene, sighting, sceneConfig)
  const tracks = create(TracksSchema, tracksMessage(state))
  draft.state = { ...draft.state, scene: state, tracks }
  for (const fault of faults) draft.fault(fault)
  draft.emit('/scene/tracks', TracksSchema, tracks, timeNs)
}

/** Where the tracked agents will be: by the model's intentions where it has any, else by their motion alone. */
export const predictAgents = (draft: Draft, tracks: Tracks, intentions?: Prediction): void => {
  const prediction = create(PredictionSchema, {
    requestId: intentions?.requestId ?? 0n,
    referenceTimeNs: tracks.timeNs,
    trace: intentions?.trace ?? '',
    agents: [...predictPaths(tracks.tracks, intentions?.agents ?? [])],
  })
  draft.state = { ...draft.state, prediction }
  draft.emit('/tasks/prediction', PredictionSchema, prediction, tracks.timeNs)
}

const posesAround = (
  { state }: Draft,
  config: PipelineConfig,
  { referenceTimeNs, spreadNs }: FrameSet,
): StampedEgoPose[] => {
  const poses: StampedEgoPose[] = []
  for (
    let timeNs = referenceTimeNs - spreadNs - MARGIN_NS;
    timeNs <= referenceTimeNs + MARGIN_NS;
    timeNs += POSE_STEP_NS
  ) {
    const ego = egoAt(state.fusion, timeNs, config.fusion)?.pose
    if (ego) poses.push({ timeNs, mapFromEgo: transformFromPlanar(ego) })
  }
  return poses
}

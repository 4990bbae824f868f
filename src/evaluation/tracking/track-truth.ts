import { exposureTimeNs, type Rig } from '#calibration'
import { yawOfQuaternion } from '#geometry'
import { type GroundTruth, secondsBetween, type View } from '#messages'
import {
  type BoxesOfImage,
  type Detection,
  detectionFromBox3,
  egoPoseAt,
  initialSceneState,
  liftBoxes,
  mergeViews,
  type OpenEye,
  type SceneConfig,
  trackStep,
} from '#scene'
import type { TrackedFrame, TrueAgent } from './tracked-frame.ts'
import type { TapeTruth, TruthFrame } from './truth.ts'

/** What is given to the tracker in place of a detector's boxes. */
export type DetectionSource = 'ground-truth-3d' | 'ground-truth-2d'

/** Annotators place a box in a cloud of points to about this; m. */
const BOX_SIGMA_M = 0.1

export interface TrackedTruth {
  readonly frames: readonly TrackedFrame[]
  /** Boxes given to the tracker. */
  readonly boxes: number
  /** Of them, what could not be lifted to the ground, as `agent in view`. */
  readonly notLifted: readonly string[]
}

interface FrameDetections {
  readonly timeNs: bigint
  readonly detections: readonly Detection[]
  readonly eyes: readonly OpenEye[]
  /** Key of a detection -> id of its agent. */
  readonly agentOf: ReadonlyMap<string, string>
  readonly notLifted: readonly string[]
}

/** Runs the tape's true boxes through lifting, merging and tracking, with the real poses of the ego and the real rig. */
export const trackTruth = (
  { egoPoses, frames }: TapeTruth,
  rig: Rig,
  source: DetectionSource,
  config: SceneConfig,
): TrackedTruth => {
  let state = initialSceneState
  let boxes = 0
  const notLifted: string[] = []
  const tracked = frames.flatMap((frame): readonly TrackedFrame[] => {
    const found = source === 'ground-truth-3d' ? inSpace(frame.truth) : inImages(frame, rig, egoPoses, config)
    if (!found) return []
    boxes += found.agentOf.size
    notLifted.push(...found.notLifted)
    const step = trackStep(state, found, config)
    state = step.state
    const keysOf = new Map(step.sightings.map(({ number, keys }) => [number, keys]))
    const all = state.tracks.map((track) => ({
      track,
      agentIds: [...new Set((keysOf.get(track.number) ?? []).map((key) => found.agentOf.get(key)!))],
    }))
    const seen = all.filter(({ agentIds }) => agentIds.length > 0)
    return [
      {
        timeNs: found.timeNs,
        agents: trueAgents(frame.truth, found, egoPoseAt(egoPoses, found.timeNs)?.translation),
        seen,
        coasting: all.length - seen.length,
      },
    ]
  })
  return { frames: tracked, boxes, notLifted }
}

const inSpace = ({ timeNs, agents }: GroundTruth): FrameDetections => ({
  timeNs,
  detections: agents.flatMap(({ id, category, poseInMap, sizeM }) => {
    const { position, orientation } = poseInMap ?? {}
    if (!position || !orientation || !sizeM) return []
    const boxInMap = { pose: { translation: position, rotation: orientation }, sizeM }
    return [detectionFromBox3({ key: id, label: category, boxInMap, sigmaM: BOX_SIGMA_M }, timeNs)]
  }),
  eyes: [],
  agentOf: new Map(agents.map(({ id }) => [id, id])),
  notLifted: [],
})

/** Undefined where no image goes with the frame. */
const inImages = (
  { imageBoxes }: TruthFrame,
  rig: Rig,
  egoPoses: TapeTruth['egoPoses'],
  config: SceneConfig,
): FrameDetections | undefined => {
  const agentOf = new Map<string, string>()
  const images = imageBoxes.map(
    ({ view, captureTimeNs, boxes }): BoxesOfImage => ({
      view: view as View,
      captureTimeNs,
      boxes: boxes.map(({ agentId, category, minX, minY, maxX, maxY }) => {
        const key = `${agentId} in ${view}`
        agentOf.set(key, agentId)
        return { key, label: category, box: { minX, minY, maxX, maxY } }
      }),
    }),
  )
  const eyes = imageBoxes.flatMap(({ view, captureTimeNs }): readonly (OpenEye & { readonly timeNs: bigint })[] => {
    const camera = rig.cameras.find((candidate) => candidate.view === view)
    if (!camera) return []
    const timeNs = exposureTimeNs(camera, captureTimeNs, camera.height / 2)
    const mapFromEgo = egoPoseAt(egoPoses, timeNs)
    return mapFromEgo ? [{ camera, mapFromEgo, timeNs }] : []
  })
  const latest = eyes.toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : 1)).at(-1)
  if (!latest) return undefined
  const { detections, notLifted } = liftBoxes(images, rig, egoPoses, config)
  return { timeNs: latest.timeNs, detections: mergeViews(detections), eyes, agentOf, notLifted }
}

const trueAgents = (
  { timeNs, agents }: GroundTruth,
  { timeNs: atNs, agentOf }: FrameDetections,
  egoInMap: { readonly x: number; readonly y: number } | undefined,
): readonly TrueAgent[] => {
  const counts = new Map<string, number>()
  for (const id of agentOf.values()) counts.set(id, (counts.get(id) ?? 0) + 1)
  const laterS = secondsBetween(timeNs, atNs)
  return agents.flatMap(({ id, category, poseInMap, velocityInMapMps: velocity }) => {
    const { position, orientation } = poseInMap ?? {}
    if (!position || !orientation) return []
    const xM = position.x + (velocity?.x ?? 0) * laterS
    const yM = position.y + (velocity?.y ?? 0) * laterS
    return [
      {
        id,
        category,
        positionInMap: { xM, yM },
        headingInMapRad: yawOfQuaternion(orientation),
        velocityInMap: velocity && { xM: velocity.x, yM: velocity.y },
        distanceM: egoInMap ? Math.hypot(xM - egoInMap.x, yM - egoInMap.y) : Number.NaN,
        detections: counts.get(id) ?? 0,
      },
    ]
  })
}

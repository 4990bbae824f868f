import type { Rig } from '#calibration'
import { OutriderError } from '#errors'
import { type FusionConfig, fusionConfig } from '#fusion'
import {
  CompressedImageSchema,
  decode,
  type GroundTruth,
  type GroundTruthImageBoxes,
  GroundTruthImageBoxesSchema,
  type GroundTruthMap,
  GroundTruthMapSchema,
  type GroundTruthScene,
  GroundTruthSceneSchema,
  GroundTruthSchema,
  type TapeRecord,
  type View,
} from '#messages'
import { type ClosedFrameSet, createFrameSetCloser } from './close-frame-sets.ts'
import type { DrivingScene, SceneImage } from './scene.ts'

export interface ReadScenesOptions {
  /** For messages to people. */
  readonly tape: string
  /** The cameras that recorded it. */
  readonly rig: Rig
  /** Default: the drive's. */
  readonly fusion?: FusionConfig
  /** Of a drive that nobody may have looked at, no scene is no error. */
  readonly mayBeEmpty?: boolean
}

/** Truth is written right after its images, or a set waits for a camera until after its truth; ns. */
const WAIT_NS = 500_000_000n

/** Of one instant. */
interface Truths {
  scene?: GroundTruthScene
  agents?: GroundTruth
  readonly imageBoxes: GroundTruthImageBoxes[]
}

/**
 * The frame sets of a tape that have a ground truth of their scene, in order; in memory for a second of the tape at a time.
 * Throws OutriderError SCENES_NO_TRUTH where there is none at all, unless it may be empty, and what the records' source throws.
 */
export async function* readScenes(
  records: AsyncIterable<TapeRecord> | Iterable<TapeRecord>,
  { tape, rig, fusion = fusionConfig.parse({}), mayBeEmpty = false }: ReadScenesOptions,
): AsyncGenerator<DrivingScene, void> {
  const close = createFrameSetCloser(rig, fusion)
  const spreadNs = BigInt(Math.round(fusion.spreadMs * 1e6))
  const waiting: ClosedFrameSet[] = []
  const truths = new Map<bigint, Truths>()
  let map: GroundTruthMap | undefined
  let beginNs: bigint | undefined
  let found = 0

  const truthsAt = (timeNs: bigint): Truths => {
    const known = truths.get(timeNs) ?? { imageBoxes: [] }
    truths.set(timeNs, known)
    return known
  }
  const hear = ({ topic, payload }: TapeRecord): void => {
    if (topic === '/ground-truth/map') map = decode(GroundTruthMapSchema, payload)
    else if (topic === '/ground-truth/scene') {
      const scene = decode(GroundTruthSceneSchema, payload)
      truthsAt(scene.timeNs).scene = scene
    } else if (topic === '/ground-truth/agents') {
      const agents = decode(GroundTruthSchema, payload)
      truthsAt(agents.timeNs).agents = agents
    } else if (topic === '/ground-truth/image-boxes') {
      const boxes = decode(GroundTruthImageBoxesSchema, payload)
      truthsAt(boxes.captureTimeNs).imageBoxes.push(boxes)
    }
  }
  /** The set with the truth that is nearest to it; undefined without one, or where the ego is nowhere. */
  const sceneOf = (closed: ClosedFrameSet): DrivingScene | undefined => {
    const { frameSet, mapFromEgo } = closed
    const distanceNs = (timeNs: bigint): bigint => {
      const difference = timeNs - frameSet.referenceTimeNs
      return difference < 0n ? -difference : difference
    }
    const [nearest] = [...truths]
      .filter(([timeNs, { scene, agents }]) => scene && agents && distanceNs(timeNs) <= spreadNs)
      .toSorted(([a], [b]) => Number(distanceNs(a) - distanceNs(b)))
    const { scene: truth, agents, imageBoxes = [] } = nearest?.[1] ?? {}
    if (!truth || !agents || !mapFromEgo) return undefined
    const rank = (view: string): number => rig.cameras.findIndex((camera) => camera.view === view)
    return {
      tape,
      id: `${truth.family}-${truth.seed}-t${(Number(truth.timeNs - (beginNs ?? truth.timeNs)) / 1e9).toFixed(2)}s`,
      frameSet,
      route: closed.route,
      imageOf: (view) => imageIn(closed, view),
      rig,
      mapFromEgo,
      truth,
      agents,
      imageBoxes: imageBoxes.toSorted((a, b) => rank(a.view) - rank(b.view)),
      map,
    }
  }
  function* release(beforeNs: bigint | undefined): Generator<DrivingScene, void> {
    while (waiting[0] && (beforeNs === undefined || waiting[0].frameSet.referenceTimeNs < beforeNs)) {
      const scene = sceneOf(waiting.shift()!)
      if (!scene) continue
      found += 1
      yield scene
    }
    for (const timeNs of truths.keys()) if (beforeNs !== undefined && timeNs < beforeNs - WAIT_NS) truths.delete(timeNs)
  }

  for await (const record of records) {
    beginNs ??= record.publishTimeNs
    hear(record)
    waiting.push(...close(record))
    yield* release(record.logTimeNs - WAIT_NS)
  }
  yield* release(undefined)
  if (found === 0 && !mayBeEmpty) {
    throw new OutriderError({
      code: 'SCENES_NO_TRUTH',
      expected: `frame sets of the rig ${rig.name} with a truth on /ground-truth/scene in ${tape}`,
      found: 'none',
      next: 'use a tape that outrider simulate --scenario wrote, and the rig that it was seen through',
    })
  }
}

const imageIn = ({ frameSet, images }: ClosedFrameSet, view: View): SceneImage => {
  const image = frameSet.views.find((candidate) => candidate.view === view)?.image
  const message = image && images.get(image.eventTimeNs)
  if (!message) throw new Error(`frame set ${frameSet.number} has no image of ${view}`)
  const { data, format } = decode(CompressedImageSchema, message)
  return { message, data, format }
}

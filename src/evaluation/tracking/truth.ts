import type { Rig } from '#calibration'
import { OutriderError } from '#errors'
import { transformFromPose } from '#geometry'
import { readTape } from '#log'
import {
  decode,
  EgoStateSchema,
  type GroundTruth,
  type GroundTruthImageBoxes,
  GroundTruthImageBoxesSchema,
  GroundTruthSchema,
} from '#messages'
import type { StampedEgoPose } from '#scene'

/** One annotated instant of a tape. */
export interface TruthFrame {
  readonly truth: GroundTruth
  /** Of the images that go with it, in the rig's order of views. */
  readonly imageBoxes: readonly GroundTruthImageBoxes[]
}

export interface TapeTruth {
  /** In order of time. */
  readonly egoPoses: readonly StampedEgoPose[]
  /** In order of time. */
  readonly frames: readonly TruthFrame[]
}

/** Images are annotated with the instant that they are nearest to, up to one turn of a camera ring or a lidar; s. */
const SAME_FRAME_S = 0.1

/** What a tape knows of where everything really was. Throws OutriderError EVALUATION_NO_TRUTH, and what readTape throws. */
export const readTruth = async (tapePath: string, rig: Rig): Promise<TapeTruth> => {
  const egoPoses: StampedEgoPose[] = []
  const truths: GroundTruth[] = []
  const boxes: GroundTruthImageBoxes[] = []
  for await (const { topic, payload } of readTape(tapePath)) {
    if (topic === '/sensors/ego') {
      const { captureTimeNs, poseInMap } = decode(EgoStateSchema, payload)
      const mapFromEgo = transformFromPose(poseInMap)
      if (mapFromEgo) egoPoses.push({ timeNs: captureTimeNs, mapFromEgo })
    } else if (topic === '/ground-truth/agents') truths.push(decode(GroundTruthSchema, payload))
    else if (topic === '/ground-truth/image-boxes') boxes.push(decode(GroundTruthImageBoxesSchema, payload))
  }
  if (truths.length === 0) {
    throw new OutriderError({
      code: 'EVALUATION_NO_TRUTH',
      expected: `agents on /ground-truth/agents of ${tapePath}`,
      found: 'none',
      next: 'use a tape that import or simulate wrote',
    })
  }
  const byTime = <T>(items: readonly T[], timeOf: (item: T) => bigint): T[] =>
    items.toSorted((a, b) => (timeOf(a) < timeOf(b) ? -1 : timeOf(a) > timeOf(b) ? 1 : 0))
  const ordered = byTime(truths, ({ timeNs }) => timeNs)
  const rank = (view: string) => rig.cameras.findIndex((camera) => camera.view === view)
  const nearest = boxes.map((images) => ({ images, truth: nearestTruth(ordered, images.captureTimeNs) }))
  return {
    egoPoses: byTime(egoPoses, ({ timeNs }) => timeNs),
    frames: ordered.map((truth) => ({
      truth,
      imageBoxes: nearest
        .filter((pair) => pair.truth === truth)
        .map(({ images }) => images)
        .toSorted((a, b) => rank(a.view) - rank(b.view)),
    })),
  }
}

const nearestTruth = (truths: readonly GroundTruth[], timeNs: bigint): GroundTruth | undefined => {
  const distanceS = (truth: GroundTruth) => Math.abs(Number(truth.timeNs - timeNs)) / 1e9
  const [best] = truths.toSorted((a, b) => distanceS(a) - distanceS(b))
  return best && distanceS(best) <= SAME_FRAME_S ? best : undefined
}

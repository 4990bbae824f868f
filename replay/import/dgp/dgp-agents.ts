import type { MessageInitShape } from '@bufbuild/protobuf'
import { composeTransforms, poseFromTransform, type Transform } from '#geometry'
import { type GroundTruthImageBoxesSchema, type GroundTruthSchema, secondsBetween, type View } from '#messages'
import type { DgpBoxes2d, DgpBoxes3d, DgpOntology } from './dgp-files.ts'
import type { DgpShot, DgpSweep } from './dgp-frames.ts'
import { transformOfPose } from './dgp-units.ts'

/** Boxes around agents at one sweep. */
export interface DgpSweepBoxes {
  readonly sweep: DgpSweep
  readonly boxes: DgpBoxes3d
}

const categoryOf = (ontology: DgpOntology, classId: number): string => ontology.get(classId) ?? `class ${classId}`

/**
 * What was annotated at each sweep, in the map; velocity by the difference of the neighbours before and after, or to
 * the only one; absent for an agent seen once.
 */
export const groundTruthOf = (
  sweeps: readonly DgpSweepBoxes[],
  ontology: DgpOntology,
): readonly (MessageInitShape<typeof GroundTruthSchema> & { readonly timeNs: bigint })[] => {
  const placed = sweeps.map(({ sweep, boxes }) => ({
    timeNs: sweep.stampNs,
    boxes: new Map(
      boxes.map((box) => [
        String(box.instance_id),
        { box, mapFromBox: composeTransforms(sweep.mapFromLidar, transformOfPose(box.box.pose)) },
      ]),
    ),
  }))
  return placed.map(({ timeNs, boxes }, index) => ({
    timeNs,
    agents: [...boxes].map(([id, { box, mapFromBox }]) => {
      const at = (frame: (typeof placed)[number] | undefined) => {
        const found = frame?.boxes.get(id)
        return frame && found ? { timeNs: frame.timeNs, mapFromBox: found.mapFromBox } : undefined
      }
      const here = { timeNs, mapFromBox }
      const velocity = velocityBetween(at(placed[index - 1]) ?? here, at(placed[index + 1]) ?? here)
      return {
        id,
        category: categoryOf(ontology, box.class_id),
        poseInMap: poseFromTransform(mapFromBox),
        sizeM: { x: box.box.length, y: box.box.width, z: box.box.height },
        ...(velocity ? { velocityInMapMps: velocity } : {}),
      }
    }),
  }))
}

interface Placed {
  readonly timeNs: bigint
  readonly mapFromBox: Transform
}

const velocityBetween = (from: Placed, to: Placed) => {
  const spanS = secondsBetween(from.timeNs, to.timeNs)
  if (spanS <= 0) return undefined
  const [a, b] = [from.mapFromBox.translation, to.mapFromBox.translation]
  return { x: (b.x - a.x) / spanS, y: (b.y - a.y) / spanS, z: (b.z - a.z) / spanS }
}

/**
 * DGP rounds the edges of its boxes down to whole pixels (seen by projecting the boxes in space: each edge is 0 to 1 px
 * below): half a pixel more is right on average.
 */
const ROUNDED_DOWN_PX = 0.5

export const imageBoxesOf = (
  { stampNs, width, height }: DgpShot,
  view: View,
  boxes: DgpBoxes2d,
  ontology: DgpOntology,
): MessageInitShape<typeof GroundTruthImageBoxesSchema> => ({
  view,
  captureTimeNs: stampNs,
  width,
  height,
  boxes: boxes.map(({ instance_id, class_id, box: { x, y, w, h } }) => ({
    agentId: String(instance_id),
    category: categoryOf(ontology, class_id),
    minX: x + ROUNDED_DOWN_PX,
    minY: y + ROUNDED_DOWN_PX,
    maxX: Math.min(x + w + ROUNDED_DOWN_PX, width),
    maxY: Math.min(y + h + ROUNDED_DOWN_PX, height),
  })),
})

import type { MessageInitShape } from '@bufbuild/protobuf'
import type { RigCamera } from '#calibration'
import type { GroundTruthImageBoxesSchema } from '#messages'
import type { Moment } from '../moment.ts'
import { agentMark } from '../render/props.ts'
import type { Silhouette } from '../render/silhouette-mask.ts'
import { categoryOf } from './agents.ts'

/** What one image shows of whom: all whose silhouette lies in it, hidden ones too. */
export const imageBoxesTruth = (
  { agents }: Moment,
  { view, width, height }: RigCamera,
  silhouettes: ReadonlyMap<string, Silhouette>,
  captureTimeNs: bigint,
): MessageInitShape<typeof GroundTruthImageBoxesSchema> => ({
  view,
  captureTimeNs,
  width,
  height,
  boxes: agents.flatMap(({ id, look }) => {
    const silhouette = silhouettes.get(agentMark(id))
    if (!silhouette) return []
    const { whole, seen, pixels, seenPixels } = silhouette
    return [
      {
        agentId: id,
        category: categoryOf(look),
        ...whole,
        visibleFraction: seenPixels / pixels,
        ...(seen ? { seenMinX: seen.minX, seenMinY: seen.minY, seenMaxX: seen.maxX, seenMaxY: seen.maxY } : {}),
      },
    ]
  }),
})

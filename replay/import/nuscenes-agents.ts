import type { MessageInitShape } from '@bufbuild/protobuf'
import { type GroundTruthSchema, secondsBetween } from '#messages'
import { lookUp, type Row, type SceneTables } from './nuscenes-tables.ts'
import { nsFromMicroseconds, poseOfRow, vectorOf } from './nuscenes-units.ts'

/** The devkit's limit (NuScenes.box_velocity, max_time_diff) to one neighbour; twice that between two; s. */
const MAX_TIME_DIFFERENCE_S = 1.5

/** What was annotated at a key frame, in the order of the table. */
export const groundTruthAt = (
  tables: SceneTables,
  sample: Row<'sample'>,
  annotations: readonly Row<'sample_annotation'>[],
): MessageInitShape<typeof GroundTruthSchema> => ({
  timeNs: nsFromMicroseconds(sample.timestamp),
  agents: annotations.map((annotation) => {
    const [width, length, height] = annotation.size
    const instance = lookUp(tables.instances, 'instance', annotation.instance_token)
    const velocity = velocityOf(tables, annotation)
    return {
      id: annotation.instance_token,
      category: lookUp(tables.categories, 'category', instance.category_token).name,
      poseInMap: poseOfRow(annotation),
      sizeM: { x: length, y: width, z: height },
      ...(velocity ? { velocityInMapMps: velocity } : {}),
    }
  }),
})

/** As the devkit does it: between the neighbours, or to the only one; undefined where it says nan. */
const velocityOf = ({ annotations, samples }: SceneTables, annotation: Row<'sample_annotation'>) => {
  const first = annotations.get(annotation.prev) ?? annotation
  const last = annotations.get(annotation.next) ?? annotation
  if (first === last) return undefined
  const timeNs = (row: Row<'sample_annotation'>) =>
    nsFromMicroseconds(lookUp(samples, 'sample', row.sample_token).timestamp)
  const spanS = secondsBetween(timeNs(first), timeNs(last))
  const neighbours = first === annotation || last === annotation ? 1 : 2
  if (spanS <= 0 || spanS > MAX_TIME_DIFFERENCE_S * neighbours) return undefined
  const from = vectorOf(first.translation)
  const to = vectorOf(last.translation)
  return { x: (to.x - from.x) / spanS, y: (to.y - from.y) / spanS, z: (to.z - from.z) / spanS }
}

import type { MessageInitShape } from '@bufbuild/protobuf'
import { projectBoxInCamera, type Rig } from '#calibration'
import { applyTransform, composeTransforms, invertTransform, quaternionFromYaw, yawOfQuaternion } from '#geometry'
import type { GroundTruthImageBoxesSchema } from '#messages'
import type { Shot } from './nuscenes-rig.ts'
import { lookUp, type Row, type SceneTables } from './nuscenes-tables.ts'
import { nsFromMicroseconds, transformOfRow } from './nuscenes-units.ts'

/**
 * What a key frame's image shows of the annotated agents: their boxes, level as annotators draw them, from where the car
 * was when the image was taken. As in the devkit's boxes of a camera, an agent counts whose centre is before it.
 */
export const imageBoxesAt = (
  tables: SceneTables,
  rig: Rig,
  { view, row }: Shot,
  annotations: readonly Row<'sample_annotation'>[],
): MessageInitShape<typeof GroundTruthImageBoxesSchema> => {
  const camera = rig.cameras.find((candidate) => candidate.view === view)!
  const mapFromEgo = transformOfRow(lookUp(tables.egoPoses, 'ego_pose', row.ego_pose_token))
  const cameraFromMap = invertTransform(composeTransforms(mapFromEgo, camera.egoFromCamera))
  return {
    view,
    captureTimeNs: nsFromMicroseconds(row.timestamp),
    width: row.width,
    height: row.height,
    boxes: annotations.flatMap((annotation) => {
      const { translation, rotation } = transformOfRow(annotation)
      if (applyTransform(cameraFromMap, translation).z <= 0) return []
      const [width, length, height] = annotation.size
      const level = { translation, rotation: quaternionFromYaw(yawOfQuaternion(rotation)) }
      const box = projectBoxInCamera(camera, {
        pose: composeTransforms(cameraFromMap, level),
        sizeM: { x: length, y: width, z: height },
      })
      if (!box) return []
      const instance = lookUp(tables.instances, 'instance', annotation.instance_token)
      const { name } = lookUp(tables.categories, 'category', instance.category_token)
      return [{ agentId: annotation.instance_token, category: name, ...box }]
    }),
  }
}

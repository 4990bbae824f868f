import { composeTransforms, invertTransform, type Transform } from '#geometry'
import type { DgpCalibration, DgpScene } from './dgp-files.ts'
import { nsOfStamp, transformOfPose } from './dgp-units.ts'

/** An image of one camera. */
export interface DgpShot {
  readonly camera: string
  readonly filename: string
  readonly width: number
  readonly height: number
  /** True stamp; ns since the Unix epoch. */
  readonly stampNs: bigint
  /** Where the car was when it was taken. */
  readonly mapFromEgo: Transform
  readonly boxesPath: string | undefined
}

/** A sweep of the lidar. */
export interface DgpSweep {
  readonly stampNs: bigint
  readonly mapFromEgo: Transform
  readonly mapFromLidar: Transform
  readonly boxesPath: string | undefined
}

export interface DgpFrames {
  readonly shots: readonly DgpShot[]
  readonly sweeps: readonly DgpSweep[]
}

/** The scene's data with true stamps, and poses of the car instead of poses of its sensors. In the order of the samples. */
export const dgpFrames = (
  scene: DgpScene,
  calibration: DgpCalibration,
  annotation: { readonly boxes2d: string; readonly boxes3d: string },
  trueNs: (stampNs: bigint) => bigint,
): DgpFrames => {
  const data = new Map(scene.data.map((datum) => [datum.key, datum]))
  const sensorFromEgo = new Map(
    calibration.names.map((name, index) => [name, invertTransform(transformOfPose(calibration.extrinsics[index]!))]),
  )
  const shots: DgpShot[] = []
  const sweeps: DgpSweep[] = []
  for (const sample of scene.samples) {
    for (const key of sample.datum_keys) {
      const found = data.get(key)
      const fromEgo = found && sensorFromEgo.get(found.id.name)
      if (!found || !fromEgo) continue
      const { datum, id } = found
      const stampNs = trueNs(nsOfStamp(id.timestamp))
      if (isImage(datum)) {
        const { filename, width, height, pose, annotations } = datum.image
        const mapFromEgo = composeTransforms(transformOfPose(pose), fromEgo)
        const boxesPath = annotations[annotation.boxes2d]
        shots.push({ camera: id.name, filename, width, height, stampNs, mapFromEgo, boxesPath })
      } else if (isPointCloud(datum)) {
        const mapFromLidar = transformOfPose(datum.point_cloud.pose)
        const boxesPath = datum.point_cloud.annotations[annotation.boxes3d]
        sweeps.push({ stampNs, mapFromEgo: composeTransforms(mapFromLidar, fromEgo), mapFromLidar, boxesPath })
      }
    }
  }
  return { shots, sweeps }
}

type Datum = DgpScene['data'][number]['datum']
type ImageDatum = Extract<Datum, { image: { filename: string } }>
type PointCloudDatum = Extract<Datum, { point_cloud: { annotations: Record<string, string> } }>
const isImage = (datum: Datum): datum is ImageDatum => 'image' in datum
const isPointCloud = (datum: Datum): datum is PointCloudDatum => 'point_cloud' in datum

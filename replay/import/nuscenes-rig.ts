import { type Rig, rigSchema } from '#calibration'
import { OutriderError } from '#errors'
import { VIEWS, type View } from '#messages'
import { lookUp, type Row, type SceneTables } from './nuscenes-tables.ts'
import { transformOfRow } from './nuscenes-units.ts'

/**
 * Renault Zoe, the car of nuScenes (nuscenes.org, "car setup"). Length, width, height, wheelbase and rear overhang as
 * the maker states them; the steering angle is that of its turning circle of 10.56 m between kerbs.
 */
const ZOE = {
  lengthM: 4.084,
  widthM: 1.73,
  heightM: 1.562,
  wheelbaseM: 2.588,
  rearOverhangM: 0.657,
  maxSteeringAngleRad: 0.59,
}

export const NUSCENES_RIG_COMMENT = `Cameras: nuScenes v1.0, calibrated_sensor; ideal lenses, since its images are rectified.
Vehicle: Renault Zoe, maker's data; maxSteeringAngleRad from its turning circle of 10.56 m.
nuScenes is for non-commercial use (CC BY-NC-SA 4.0, nuscenes.org/terms-of-use).`

/** As in CAM_FRONT_LEFT; undefined for what is none of our views. */
const viewOfChannel = (channel: string): View | undefined =>
  VIEWS.find((view) => channel === `CAM_${view.toUpperCase()}`)

/** A camera's image, as a row, and the view it shows. */
export interface Shot {
  readonly view: View
  readonly row: Row<'sample_data'>
}

/** Images of the scene's cameras, in the order of the table. */
export const shotsOf = (tables: SceneTables, keyFramesOnly: boolean): readonly Shot[] =>
  [...tables.sampleData.values()].flatMap((row) => {
    const calibrated = lookUp(tables.calibratedSensors, 'calibrated_sensor', row.calibrated_sensor_token)
    const view = viewOfChannel(lookUp(tables.sensors, 'sensor', calibrated.sensor_token).channel)
    return view && (row.is_key_frame || !keyFramesOnly) ? [{ view, row }] : []
  })

/** The rig of a scene: each view as its first image was calibrated. Throws OutriderError IMPORT_TABLE_INVALID. */
export const nuscenesRig = (tables: SceneTables, shots: readonly Shot[]): Rig => {
  const cameras = VIEWS.flatMap((view) => {
    const shot = shots.find((candidate) => candidate.view === view)
    if (!shot) return []
    const { row } = shot
    const calibrated = lookUp(tables.calibratedSensors, 'calibrated_sensor', row.calibrated_sensor_token)
    const [[fx, , cx] = [], [, fy, cy] = []] = calibrated.camera_intrinsic
    return [
      {
        view,
        width: row.width,
        height: row.height,
        model: { kind: 'pinhole', fx, fy, cx, cy },
        egoFromCamera: transformOfRow(calibrated),
      },
    ]
  })
  const parsed = rigSchema.safeParse({ name: `nuscenes ${tables.scene.name}`, cameras, vehicle: ZOE })
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new OutriderError({
    code: 'IMPORT_TABLE_INVALID',
    expected:
      'at least one camera (CAM_FRONT, CAM_FRONT_LEFT, …), each with a 3x3 camera_intrinsic and the size of its images',
    found: `${issue?.path.join('.')}: ${issue?.message}`,
  })
}

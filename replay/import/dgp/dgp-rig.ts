import { type Rig, rigSchema } from '#calibration'
import { OutriderError } from '#errors'
import { normaliseAngle, rotateVector, type Transform } from '#geometry'
import { VIEWS, type View } from '#messages'
import type { DgpCalibration } from './dgp-files.ts'
import type { DgpFrames, DgpShot } from './dgp-frames.ts'
import { medianOffsetMs, timeAtPlace } from './dgp-time.ts'
import { transformOfPose } from './dgp-units.ts'

export const DGP_RIG_COMMENT = `Cameras: DGP calibration; ideal lenses, since its images are rectified. Views by where their optical axes point.
timeOffsetMs: measured, the median of when the car was where the image's pose says, by the poses of the lidar, after the stamp.
Vehicle: the data do not name it, so these are Outrider's defaults.
Treat the data as CC BY-NC-SA 4.0 (github.com/TRI-ML/dgp).`

/** Where the middle of each view looks; rad from ahead, left positive. Six cameras in a ring are 60 degrees apart. */
const HEADINGS: Readonly<Record<View, number>> = {
  front: 0,
  front_left: Math.PI / 3,
  front_right: -Math.PI / 3,
  back: Math.PI,
  back_left: (2 * Math.PI) / 3,
  back_right: (-2 * Math.PI) / 3,
}

const headingOf = ({ rotation }: Transform): number => {
  const axis = rotateVector(rotation, { x: 0, y: 0, z: 1 })
  return Math.atan2(axis.y, axis.x)
}

/** Camera -> the view it looks along: the best pair first, each view once. Cameras beyond six get none. */
export const viewsOfCameras = (
  cameras: readonly { readonly name: string; readonly egoFromCamera: Transform }[],
): ReadonlyMap<string, View> => {
  const pairs = cameras
    .flatMap(({ name, egoFromCamera }) =>
      VIEWS.map((view) => ({
        name,
        view,
        offRad: Math.abs(normaliseAngle(headingOf(egoFromCamera) - HEADINGS[view])),
      })),
    )
    .toSorted((a, b) => a.offRad - b.offRad)
  const views = new Map<string, View>()
  const taken = new Set<View>()
  for (const { name, view } of pairs) {
    if (views.has(name) || taken.has(view)) continue
    views.set(name, view)
    taken.add(view)
  }
  return views
}

const ideal = (name: string, { fx, fy, cx, cy, ...others }: Readonly<Record<string, number>>) => {
  const bends = Object.entries(others).find(([, value]) => value !== 0)
  if (!bends) return { kind: 'pinhole', fx, fy, cx, cy }
  throw new OutriderError({
    code: 'IMPORT_LENS_UNKNOWN',
    expected: `an ideal lens for ${name}: fx, fy, cx, cy and nothing else`,
    found: `${bends[0]} = ${bends[1]}`,
  })
}

/** After its stamps, by the places that its images' poses state. */
const offsetMs = (shots: readonly DgpShot[], { sweeps }: DgpFrames): number => {
  const path = sweeps.map(({ stampNs, mapFromEgo: { translation } }) => ({
    timeNs: stampNs,
    xM: translation.x,
    yM: translation.y,
  }))
  return medianOffsetMs(
    shots.flatMap(({ stampNs, mapFromEgo: { translation } }) => {
      const timeNs = timeAtPlace(path, { xM: translation.x, yM: translation.y }, stampNs)
      return timeNs === undefined ? [] : [timeNs - stampNs]
    }),
  )
}

/** The rig of a scene and which camera is which view. Throws OutriderError IMPORT_LENS_UNKNOWN, IMPORT_TABLE_INVALID. */
export const dgpRig = (
  name: string,
  { names, extrinsics, intrinsics }: DgpCalibration,
  frames: DgpFrames,
): { readonly rig: Rig; readonly views: ReadonlyMap<string, View> } => {
  const posed = names.flatMap((camera, index) =>
    frames.shots.some((shot) => shot.camera === camera)
      ? [{ name: camera, egoFromCamera: transformOfPose(extrinsics[index]!), intrinsics: intrinsics[index]! }]
      : [],
  )
  const views = viewsOfCameras(posed)
  const cameras = VIEWS.flatMap((view) => {
    const camera = posed.find((candidate) => views.get(candidate.name) === view)
    if (!camera) return []
    const shots = frames.shots.filter((shot) => shot.camera === camera.name)
    const { width, height } = shots[0]!
    return [
      {
        view,
        width,
        height,
        model: ideal(camera.name, camera.intrinsics),
        egoFromCamera: camera.egoFromCamera,
        timeOffsetMs: offsetMs(shots, frames),
      },
    ]
  })
  const parsed = rigSchema.safeParse({ name, cameras })
  if (parsed.success) return { rig: parsed.data, views }
  const [issue] = parsed.error.issues
  throw new OutriderError({
    code: 'IMPORT_TABLE_INVALID',
    expected: 'at least one camera with fx, fy, cx, cy and images in the samples',
    found: `${issue?.path.join('.')}: ${issue?.message}`,
  })
}

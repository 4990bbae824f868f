// A made-up DGP folder for tests: a car drives along x at 10 m/s, three frames 0.1 s apart, whose stamps say 1 s.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  composeTransforms,
  invertTransform,
  multiplyQuaternions,
  quaternionFromYaw,
  type Transform,
  transformFromPlanar,
} from '#geometry'

const AHEAD = { x: -0.5, y: 0.5, z: -0.5, w: 0.5 }
export const SPEED_MPS = 10
/** What the stamps of images lag behind when they were taken; ms. */
export const LAG_MS = 5
/** The other car drives ahead, this fast; m/s. */
export const OTHER_MPS = 12
/** Seconds of the first stamp since the epoch, as it should be. */
export const BEGIN_S = 1_561_645_824

const egoFromCamera = (headingDeg: number): Transform => ({
  translation: { x: 1.5, y: 0, z: 1.5 },
  rotation: multiplyQuaternions(quaternionFromYaw((headingDeg * Math.PI) / 180), AHEAD),
})
/** In an order that says nothing of where they look. */
const CAMERAS: Readonly<Record<string, Transform>> = {
  CAMERA_09: egoFromCamera(178),
  CAMERA_01: egoFromCamera(2),
  CAMERA_05: egoFromCamera(52),
}

const dgpPose = ({ translation, rotation: { x, y, z, w } }: Transform) => ({
  translation,
  rotation: { qx: x, qy: y, qz: z, qw: w },
})
const egoAt = (timeS: number): Transform => transformFromPlanar({ xM: SPEED_MPS * timeS, yM: 0, headingRad: 0 })
/** Ten times too large, as in the scene of TRI's tests. */
const stampOf = (timeS: number): string => {
  const microseconds = Math.round((BEGIN_S + timeS) * 1e7)
  return `${new Date(Math.floor(microseconds / 1000)).toISOString().slice(0, 19)}.${String(microseconds % 1_000_000).padStart(6, '0')}Z`
}

export const imageBytes = (camera: string, frame: number): Buffer => Buffer.from(`image ${frame} of ${camera}`)

export const writeSyntheticDgp = (folder: string): void => {
  const write = (path: string, content: unknown): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content instanceof Buffer ? content : JSON.stringify(content))
  }
  const samples: unknown[] = []
  const data: unknown[] = []
  for (let frame = 0; frame < 3; frame += 1) {
    const lidarS = 0.1 * frame + 0.01
    const cameraS = 0.1 * frame
    const id = (name: string, timeS: number) => ({ log: 'test', name, timestamp: stampOf(timeS), index: '0' })
    const keys: string[] = []
    const add = (name: string, timeS: number, datum: unknown): void => {
      keys.push(`${name}-${frame}`)
      data.push({ key: `${name}-${frame}`, id: id(name, timeS), datum, next_key: '', prev_key: '' })
    }
    const lidarBoxes = `bounding_box_3d/LIDAR/${frame}.json`
    add('LIDAR', lidarS, {
      point_cloud: { pose: dgpPose(egoAt(lidarS)), annotations: { 1: lidarBoxes }, filename: 'none' },
    })
    const egoFromBox = (mapFromBox: Transform) => composeTransforms(invertTransform(egoAt(lidarS)), mapFromBox)
    const other = transformFromPlanar({ xM: 30 + OTHER_MPS * lidarS, yM: 3, headingRad: 0 })
    const box = (instance: number, classId: number, pose: Transform) => ({
      class_id: classId,
      instance_id: instance,
      box: { pose: dgpPose(pose), length: 4.5, width: 1.9, height: 1.6, occlusion: 0, truncation: 0 },
    })
    write(lidarBoxes, {
      annotations: [box(77, 2, egoFromBox(other)), ...(frame === 1 ? [box(78, 0, egoFromBox(egoAt(9)))] : [])],
    })
    for (const [camera, mount] of Object.entries(CAMERAS)) {
      const filename = `rgb/${camera}/${frame}.jpg`
      const boxes = `bounding_box_2d/${camera}/${frame}.json`
      write(filename, imageBytes(camera, frame))
      write(boxes, {
        annotations:
          camera === 'CAMERA_01' ? [{ class_id: 2, instance_id: 77, box: { x: 400, y: 300, w: 40, h: 30 } }] : [],
      })
      const pose = composeTransforms(egoAt(cameraS + LAG_MS / 1000), mount)
      add(camera, cameraS, {
        image: { filename, width: 800, height: 600, channels: 3, pose: dgpPose(pose), annotations: { 0: boxes } },
      })
    }
    samples.push({ id: id('', lidarS), calibration_key: 'rig', datum_keys: keys })
  }
  const ideal = { fx: 500, fy: 510, cx: 400, cy: 300, skew: 0 }
  write('calibration/rig.json', {
    names: ['LIDAR', ...Object.keys(CAMERAS)],
    extrinsics: [dgpPose(egoAt(0)), ...Object.values(CAMERAS).map(dgpPose)],
    intrinsics: [{ fx: 0, fy: 0, cx: 0, cy: 0, skew: 0 }, ...Object.keys(CAMERAS).map(() => ideal)],
  })
  write('ontology/words.json', {
    items: [
      { id: 0, name: 'Person' },
      { id: 2, name: 'Car' },
    ],
  })
  write('scene_abc.json', { name: 'made-up', samples, data, ontologies: { 0: 'words', 1: 'words' } })
}

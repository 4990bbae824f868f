import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import {
  applyTransform,
  type Box3,
  composeTransforms,
  conjugateQuaternion,
  invertTransform,
  multiplyQuaternions,
  normaliseAngle,
  normaliseQuaternion,
  type Quaternion,
  quaternionFromYaw,
  type Transform,
  yawOfQuaternion,
} from '#geometry'
import type { View } from '#messages'
import { sharedOrSkip } from '../test/oracles.ts'
import { parseRig, projectBoxInCamera, projectPointInCamera, type RigCamera } from './index.ts'

interface Posed {
  readonly token: string
  readonly translation: readonly [number, number, number]
  readonly rotation: readonly [number, number, number, number]
}

/** As the official devkit projected it, from the annotators' own boxes. */
interface DevkitBox {
  readonly bbox_px: readonly [number, number, number, number]
  /** float32: exact to 6e-5 px at 1600 px. */
  readonly center_px: readonly [number, number]
  readonly depth_m: number
}

const transformOf = ({ translation: [x, y, z], rotation: [w, rx, ry, rz] }: Posed): Transform => ({
  translation: { x, y, z },
  rotation: normaliseQuaternion({ x: rx, y: ry, z: rz, w }),
})

/** pyquaternion's yaw_pitch_roll[0], which is not the heading of the x axis once there is roll or pitch. */
const pyquaternionYaw = ({ x, y, z, w }: Quaternion) => Math.atan2(2 * (w * z - x * y), 1 - 2 * (y * y + z * z))

/**
 * nuScenes boxes are level in the map. This frame went through mmdetection3d, which keeps one yaw a box in the lidar
 * frame, so the boxes of its table lean with the lidar (up to 25 px at a corner). The yaw in the map that gave a
 * table's yaw in the lidar frame is found by undoing that, and the box is level again.
 */
const levelAgain = (mapFromLidar: Quaternion, mapFromBox: Quaternion): Quaternion => {
  const lidarFromMap = conjugateQuaternion(mapFromLidar)
  const { z, w } = multiplyQuaternions(lidarFromMap, mapFromBox)
  const yawInLidar = 2 * Math.atan2(z, w)
  let yaw = yawOfQuaternion(mapFromBox)
  for (let step = 0; step < 50; step += 1) {
    const got = pyquaternionYaw(multiplyQuaternions(lidarFromMap, quaternionFromYaw(yaw)))
    yaw += normaliseAngle(yawInLidar - got)
  }
  return quaternionFromYaw(yaw)
}

const rigCamera = (view: View, egoFromCamera: Transform, k: number[][], width: number, height: number): RigCamera =>
  parseRig(
    JSON.stringify({
      cameras: [
        {
          view,
          width,
          height,
          model: { kind: 'pinhole', fx: k[0]![0], fy: k[1]![1], cx: k[0]![2], cy: k[1]![2] },
          egoFromCamera,
        },
      ],
    }),
  ).cameras[0]!

test('every annotation that the nuScenes devkit sees in a camera is seen there by us, to 0.01 px', (context) => {
  const folder = sharedOrSkip(context, 'data/nuscenes-one-frame')
  const table = <T>(name: string): T[] => JSON.parse(readFileSync(`${folder}/v1.0-mini/${name}.json`, 'utf8')) as T[]
  // Python's JSON writes NaN for velocities that are not known; they play no part here.
  const boxes = readFileSync(`${folder}/camera-boxes.json`, 'utf8').replaceAll('NaN', 'null')
  const devkit = JSON.parse(boxes) as Record<string, DevkitBox[]>
  const calibrations = table<Posed & { sensor_token: string; camera_intrinsic: number[][] }>('calibrated_sensor')
  const poses = table<Posed>('ego_pose')
  const shots = table<{ ego_pose_token: string; calibrated_sensor_token: string; width: number; height: number }>(
    'sample_data',
  )
  const sensors = table<{ token: string; channel: string }>('sensor')
  const annotations = table<Posed & { size: readonly [number, number, number] }>('sample_annotation')

  const sensorOf = (channel: string) => {
    const sensor = sensors.find((row) => row.channel === channel)!
    const calibration = calibrations.find((row) => row.sensor_token === sensor.token)!
    const shot = shots.find((row) => row.calibrated_sensor_token === calibration.token)!
    const mapFromEgo = transformOf(poses.find((row) => row.token === shot.ego_pose_token)!)
    return { calibration, shot, mapFromSensor: composeTransforms(mapFromEgo, transformOf(calibration)) }
  }
  const mapFromLidar = sensorOf('LIDAR_TOP').mapFromSensor.rotation

  let seen = 0
  let worstEdgePx = 0
  let worstCentrePx = 0
  for (const [channel, expected] of Object.entries(devkit)) {
    const { calibration, shot, mapFromSensor } = sensorOf(channel)
    const view = channel.replace('CAM_', '').toLowerCase() as View
    const camera = rigCamera(view, transformOf(calibration), calibration.camera_intrinsic, shot.width, shot.height)
    const cameraFromMap = invertTransform(mapFromSensor)
    const ours = annotations.flatMap((annotation) => {
      const mapFromBox = transformOf(annotation)
      const [width, length, height] = annotation.size
      const levelBox: Box3 = {
        pose: composeTransforms(cameraFromMap, {
          ...mapFromBox,
          rotation: levelAgain(mapFromLidar, mapFromBox.rotation),
        }),
        sizeM: { x: length, y: width, z: height },
      }
      const centreInCamera = applyTransform(cameraFromMap, mapFromBox.translation)
      const centre = projectPointInCamera(camera, centreInCamera)
      const box = projectBoxInCamera(camera, levelBox)
      return centre && box ? [{ depthM: centreInCamera.z, centre, box }] : []
    })
    for (const { bbox_px, center_px, depth_m } of expected) {
      const errors = ours
        .filter(({ depthM }) => Math.abs(depthM - depth_m) < 0.001)
        .map(({ centre, box }) => ({
          edgePx: Math.max(
            ...[box.minX, box.minY, box.maxX, box.maxY].map((edge, index) => Math.abs(edge - bbox_px[index]!)),
          ),
          centrePx: Math.hypot(centre.x - center_px[0], centre.y - center_px[1]),
        }))
        .toSorted((a, b) => a.centrePx - b.centrePx)
      expect(errors[0], `${channel} ${center_px.join()}`).toBeDefined()
      seen += 1
      worstEdgePx = Math.max(worstEdgePx, errors[0]!.edgePx)
      worstCentrePx = Math.max(worstCentrePx, errors[0]!.centrePx)
    }
  }
  expect(seen).toBe(84)
  expect(worstEdgePx).toBeLessThan(0.01)
  expect(worstCentrePx).toBeLessThan(0.01)
})

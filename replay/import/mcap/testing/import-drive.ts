// Maps of the drives of foreign-drives.ts, and what tests ask of an import.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { planarFromTransform, transformFromPose } from '#geometry'
import { decode, type EgoState, EgoStateSchema, type TapeRecord } from '#messages'
import type { ForeignDrive } from '../../foreign-drive.ts'
import { parseImportMap } from '../import-map.ts'
import { openMcap } from '../mcap.ts'
import { BEGIN_NS, egoPoseAt } from './foreign-drives.ts'
import { type Draft, type WriteOptions, writeForeignTape } from './foreign-tapes.ts'

export const ROS2_MAP = `
name: our car
egoFromBase:
  translation: { x: 1.3, y: 0, z: 0.3 }
  rotation: { x: 0, y: 0, z: 0, w: 1 }
transforms: [/tf_static]
cameras:
  - { view: front, image: /front/image/compressed, info: /front/camera_info, timeOffsetMs: -12 }
  - { view: front_left, image: /left/image_raw, info: /left/camera_info }
ego: { odometry: /odom, imu: /imu }
vehicle: { wheelbaseM: 2.9 }
`
export const FOXGLOVE_MAP = `
frames: { ego: car, fixed: world }
egoFromBase:
  translation: { x: 1.3, y: 0, z: 0.3 }
  rotation: { x: 0, y: 0, z: 0, w: 1 }
transforms: [/tf]
cameras:
  - { view: front, image: /front/image, info: /front/calibration }
  - { view: front_left, image: /left/image, model: { kind: pinhole, fx: 3, fy: 3, cx: 1.5, cy: 0.5 } }
ego: { transforms: true }
`

/** Where a tape may be written that is gone after the test. */
export const pathForTest = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mcap-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'foreign.mcap')
}

/** Writes the tape and opens it by the map. */
export const importDrive = async (
  drafts: readonly Draft[],
  map: string,
  options?: WriteOptions,
): Promise<ForeignDrive> => {
  const path = pathForTest()
  await writeForeignTape(path, drafts, options)
  return openMcap(path, parseImportMap(map))
}
export const collect = async (records: AsyncIterable<TapeRecord>): Promise<TapeRecord[]> => {
  const all: TapeRecord[] = []
  for await (const record of records) all.push({ ...record, payload: Uint8Array.from(record.payload) })
  return all
}
export const on = (all: readonly TapeRecord[], topic: string) => all.filter((record) => record.topic === topic)
export const statesOf = (all: readonly TapeRecord[]): EgoState[] =>
  on(all, '/sensors/ego').map(({ payload }) => decode(EgoStateSchema, payload))

/** How far the state is from the pose that was driven: m, rad. */
export const poseErrors = (states: readonly EgoState[], origin = { x: 0, y: 0 }) =>
  states.map(({ captureTimeNs, poseInMap }) => {
    const driven = egoPoseAt(Number(captureTimeNs - BEGIN_NS) / 1e9)
    const { xM, yM, headingRad } = planarFromTransform(transformFromPose(poseInMap)!)
    return {
      placeM: Math.hypot(xM - origin.x - driven.xM, yM - origin.y - driven.yM),
      headingRad: Math.abs(headingRad - driven.headingRad),
    }
  })
export const worst = (values: readonly number[]): number => Math.max(...values)

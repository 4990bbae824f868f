import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Rig } from '#calibration'
import { OutriderError } from '#errors'
import { cameraFrame } from '#geometry'
import {
  CompressedImageSchema,
  cameraTopic,
  EgoStateSchema,
  encode,
  GroundTruthImageBoxesSchema,
  GroundTruthSchema,
  RouteCommandSchema,
  timestampFromNs,
} from '#messages'
import { calibrationPayloads } from './calibration-payloads.ts'
import { egoStatesFromPoses, type StampedPose } from './ego-from-poses.ts'
import type { ForeignDrive } from './foreign-drive.ts'
import { groundTruthAt } from './nuscenes-agents.ts'
import { imageBoxesAt } from './nuscenes-image-boxes.ts'
import { NUSCENES_RIG_COMMENT, nuscenesRig, type Shot, shotsOf } from './nuscenes-rig.ts'
import { type Row, readSceneTables, type SceneChoice, type SceneTables } from './nuscenes-tables.ts'
import { nsFromMicroseconds, transformOfRow } from './nuscenes-units.ts'
import { orderRecords, readyPayload, type TimedPayload } from './order-records.ts'
import { routeFromPath } from './route-from-path.ts'

export interface NuscenesOptions extends SceneChoice {
  /** Leave the sweeps out: 2 Hz for 12 Hz. */
  readonly keyFramesOnly?: boolean
}

/**
 * One scene of nuScenes (tables v1.0): cameras with their bytes unchanged, calibration, ego state, a route where the
 * path shows one, annotations as ground truth. Map frame = nuScenes' global frame. Throws OutriderError IMPORT_….
 */
export const openNuscenes = async (datasetPath: string, options: NuscenesOptions = {}): Promise<ForeignDrive> => {
  const tables = await readSceneTables(datasetPath, options)
  const shots = shotsOf(tables, options.keyFramesOnly === true)
  const rig = nuscenesRig(tables, shots)
  const poses = posesOf(tables)
  const messages = [
    ...calibrationPayloads(rig, poses[0]?.timeNs ?? 0n),
    ...egoStatesFromPoses(poses).map((state) =>
      readyPayload('/sensors/ego', state.captureTimeNs, encode(EgoStateSchema, state)),
    ),
    ...routeFromPath(poses).map((route) =>
      readyPayload('/sensors/route', route.captureTimeNs, encode(RouteCommandSchema, route)),
    ),
    ...images(datasetPath, shots),
    ...groundTruth(tables),
    ...imageBoxes(tables, rig, shots),
  ]
  return {
    name: tables.scene.name,
    rig,
    rigComment: NUSCENES_RIG_COMMENT,
    recordCount: messages.length,
    records: orderRecords(messages),
  }
}

/** One for each instant: a lidar sweep and an image may share theirs. */
const posesOf = ({ egoPoses }: SceneTables): readonly StampedPose[] => {
  const byTime = new Map(
    [...egoPoses.values()].map((row) => [
      row.timestamp,
      { timeNs: nsFromMicroseconds(row.timestamp), mapFromEgo: transformOfRow(row) },
    ]),
  )
  return [...byTime.entries()].toSorted(([a], [b]) => a - b).map(([, pose]) => pose)
}

const images = (datasetPath: string, shots: readonly Shot[]): readonly TimedPayload[] =>
  shots.map(({ view, row }) => {
    const path = join(datasetPath, row.filename)
    if (!existsSync(path)) throw missingImage(path, row.is_key_frame)
    const timeNs = nsFromMicroseconds(row.timestamp)
    return {
      topic: cameraTopic(view),
      timeNs,
      payload: async () =>
        encode(CompressedImageSchema, {
          timestamp: timestampFromNs(timeNs),
          frameId: cameraFrame(view),
          format: 'jpeg',
          data: await readFile(path),
        }),
    }
  })

const missingImage = (path: string, isKeyFrame: boolean): OutriderError =>
  new OutriderError({
    code: 'IMPORT_FILE_MISSING',
    expected: `the image ${path}`,
    found: 'no such file',
    next: isKeyFrame
      ? 'fetch the archives of this nuScenes version that hold the scene'
      : 'fetch the sweeps too, or import with --key-frames',
  })

const annotationsBySample = (tables: SceneTables): ReadonlyMap<string, readonly Row<'sample_annotation'>[]> => {
  const bySample = new Map<string, Row<'sample_annotation'>[]>()
  for (const row of tables.annotations.values()) {
    const rows = bySample.get(row.sample_token)
    if (rows) rows.push(row)
    else bySample.set(row.sample_token, [row])
  }
  return bySample
}

const groundTruth = (tables: SceneTables): readonly TimedPayload[] => {
  const bySample = annotationsBySample(tables)
  return [...tables.samples.values()].map((sample) => {
    const truth = groundTruthAt(tables, sample, bySample.get(sample.token) ?? [])
    return readyPayload('/ground-truth/agents', nsFromMicroseconds(sample.timestamp), encode(GroundTruthSchema, truth))
  })
}

/** Only key frames are annotated. */
const imageBoxes = (tables: SceneTables, rig: Rig, shots: readonly Shot[]): readonly TimedPayload[] => {
  const bySample = annotationsBySample(tables)
  return shots
    .filter(({ row }) => row.is_key_frame)
    .map(({ view, row }) => {
      const boxes = imageBoxesAt(tables, rig, { view, row }, bySample.get(row.sample_token) ?? [])
      const payload = encode(GroundTruthImageBoxesSchema, boxes)
      return readyPayload('/ground-truth/image-boxes', nsFromMicroseconds(row.timestamp), payload)
    })
}

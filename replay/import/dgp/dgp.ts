import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
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
  type View,
} from '#messages'
import { calibrationPayloads } from '../calibration-payloads.ts'
import { egoStatesFromPoses, type StampedPose } from '../ego-from-poses.ts'
import type { ForeignDrive } from '../foreign-drive.ts'
import { orderRecords, readyPayload, type TimedPayload } from '../order-records.ts'
import { routeFromPath } from '../route-from-path.ts'
import { groundTruthOf, imageBoxesOf } from './dgp-agents.ts'
import {
  ANNOTATION,
  type DgpOntology,
  readDgpBoxes2d,
  readDgpBoxes3d,
  readDgpCalibration,
  readDgpOntology,
  readDgpScene,
} from './dgp-files.ts'
import { type DgpFrames, type DgpShot, dgpFrames } from './dgp-frames.ts'
import { DGP_RIG_COMMENT, dgpRig } from './dgp-rig.ts'
import { trueTime } from './dgp-time.ts'
import { nsOfStamp } from './dgp-units.ts'

export interface DgpOptions {
  /** True time between two frames, where the stamps of the files are wrong; s. */
  readonly frameIntervalS?: number | undefined
}

/**
 * One scene in the Dataset Governance Policy format of TRI (scene_….json): cameras with their bytes unchanged,
 * calibration, ego state, a route where the path shows one, boxes in space and in the images as ground truth. Map frame
 * = DGP's world frame; ego = the frame of its extrinsics. Throws OutriderError IMPORT_….
 */
export const openDgp = async (folder: string, { frameIntervalS }: DgpOptions = {}): Promise<ForeignDrive> => {
  const scene = await readDgpScene(folder)
  const calibration = await readDgpCalibration(folder, scene.samples[0]!.calibration_key)
  const stamps = scene.samples.map(({ id }) => nsOfStamp(id.timestamp))
  const { trueNs, note } = trueTime(stamps, frameIntervalS)
  const frames = dgpFrames(scene, calibration, ANNOTATION, trueNs)
  const name = `dgp ${scene.name || scene.description || 'scene'}`
  const { rig, views } = dgpRig(name, calibration, frames)
  const offsetNs = (view: View | undefined) => {
    const camera = rig.cameras.find((candidate) => candidate.view === view)
    return BigInt(Math.round((camera?.timeOffsetMs ?? 0) * 1e6))
  }
  const poses = posesOf(frames, (shot) => shot.stampNs + offsetNs(views.get(shot.camera)))
  const messages = [
    ...calibrationPayloads(rig, poses[0]?.timeNs ?? 0n),
    ...egoStatesFromPoses(poses, EGO_WINDOW_S).map((state) =>
      readyPayload('/sensors/ego', state.captureTimeNs, encode(EgoStateSchema, state)),
    ),
    ...routeFromPath(poses).map((route) =>
      readyPayload('/sensors/route', route.captureTimeNs, encode(RouteCommandSchema, route)),
    ),
    ...images(folder, frames.shots, views),
    ...(await groundTruth(folder, frames, await readDgpOntology(folder, scene, ANNOTATION.boxes3d))),
    ...(await imageBoxes(folder, frames.shots, views, await readDgpOntology(folder, scene, ANNOTATION.boxes2d))),
  ]
  return {
    name,
    rig,
    rigComment: DGP_RIG_COMMENT,
    notes: note === undefined ? [] : [note],
    recordCount: messages.length,
    records: orderRecords(messages),
  }
}

/** Frames come at 10 Hz and not quite evenly: the last pose has its neighbour a little more than 0.1 s before; s. */
const EGO_WINDOW_S = 0.15

/** One for each instant, in order. */
const posesOf = ({ shots, sweeps }: DgpFrames, exposureNs: (shot: DgpShot) => bigint): readonly StampedPose[] => {
  const all = [
    ...sweeps.map(({ stampNs, mapFromEgo }) => ({ timeNs: stampNs, mapFromEgo })),
    ...shots.map((shot) => ({ timeNs: exposureNs(shot), mapFromEgo: shot.mapFromEgo })),
  ]
  const byTime = new Map(all.toReversed().map((pose) => [pose.timeNs, pose]))
  return [...byTime.values()].toSorted((a, b) => (a.timeNs < b.timeNs ? -1 : 1))
}

const images = (folder: string, shots: readonly DgpShot[], views: ReadonlyMap<string, View>): readonly TimedPayload[] =>
  shots.flatMap(({ camera, filename, stampNs }) => {
    const view = views.get(camera)
    if (!view) return []
    const path = join(folder, filename)
    if (!existsSync(path)) {
      throw new OutriderError({
        code: 'IMPORT_FILE_MISSING',
        expected: `the image ${path}`,
        found: 'no such file',
        next: 'fetch the rgb folder of the scene',
      })
    }
    return {
      topic: cameraTopic(view),
      timeNs: stampNs,
      payload: async () =>
        encode(CompressedImageSchema, {
          timestamp: timestampFromNs(stampNs),
          frameId: cameraFrame(view),
          format: /\.png$/i.test(filename) ? 'png' : 'jpeg',
          data: await readFile(path),
        }),
    }
  })

const groundTruth = async (
  folder: string,
  { sweeps }: DgpFrames,
  ontology: DgpOntology,
): Promise<readonly TimedPayload[]> => {
  const annotated = await Promise.all(
    sweeps.flatMap((sweep) =>
      sweep.boxesPath === undefined
        ? []
        : [readDgpBoxes3d(folder, sweep.boxesPath).then((boxes) => ({ sweep, boxes }))],
    ),
  )
  return groundTruthOf(annotated, ontology).map((truth) =>
    readyPayload('/ground-truth/agents', truth.timeNs, encode(GroundTruthSchema, truth)),
  )
}

const imageBoxes = async (
  folder: string,
  shots: readonly DgpShot[],
  views: ReadonlyMap<string, View>,
  ontology: DgpOntology,
): Promise<readonly TimedPayload[]> =>
  Promise.all(
    shots.flatMap((shot) => {
      const view = views.get(shot.camera)
      const { boxesPath, stampNs } = shot
      if (!view || boxesPath === undefined) return []
      return [
        readDgpBoxes2d(folder, boxesPath).then((boxes) =>
          readyPayload(
            '/ground-truth/image-boxes',
            stampNs,
            encode(GroundTruthImageBoxesSchema, imageBoxesOf(shot, view, boxes, ontology)),
          ),
        ),
      ]
    }),
  )

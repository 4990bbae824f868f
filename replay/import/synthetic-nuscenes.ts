// A made-up nuScenes folder for tests: two scenes, of which the first drives straight at 8 m/s and then turns left.
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { extrapolateConstantTurnRate, IDENTITY_PLANAR_POSE, quaternionFromYaw } from '#geometry'

/** Of the made-up car; m/s. */
export const SPEED_MPS = 8
/** After TURN_FROM_S; rad/s. */
export const YAW_RATE_RADPS = 0.5
const TURN_FROM_S = 5
/** Two images of the front camera a sample, the second a sweep; one sample each half second, as in nuScenes. */
export const SAMPLES = 17
const SAMPLE_US = 500_000
const BEGIN_US = 1_600_000_000_000_000

/** w, x, y, z. */
type Rotation = readonly [number, number, number, number]
const LOOKS_AHEAD: Rotation = [0.5, -0.5, 0.5, -0.5]
const NO_ROTATION: Rotation = [1, 0, 0, 0]

export const imageBytes = (scene: string, index: number): Buffer => Buffer.from(`image ${index} of ${scene}`)

const poseAt = (timeS: number) => {
  const straight = extrapolateConstantTurnRate(IDENTITY_PLANAR_POSE, SPEED_MPS, 0, Math.min(timeS, TURN_FROM_S))
  return extrapolateConstantTurnRate(straight, SPEED_MPS, YAW_RATE_RADPS, Math.max(timeS - TURN_FROM_S, 0))
}

const rotationOfYaw = (yawRad: number): Rotation => {
  const { w, x, y, z } = quaternionFromYaw(yawRad)
  return [w, x, y, z]
}

/** Rows of all tables for one scene; a car stands still at (30, 3), another one drives ahead and is seen in two samples only. */
const sceneRows = (name: string) => {
  const token = (kind: string, index: number | string) => `${name}/${kind}/${index}`
  const samples = Array.from({ length: SAMPLES }, (_, index) => ({
    token: token('sample', index),
    timestamp: BEGIN_US + index * SAMPLE_US,
    scene_token: name,
    prev: index > 0 ? token('sample', index - 1) : '',
    next: index + 1 < SAMPLES ? token('sample', index + 1) : '',
  }))
  const shots = samples.flatMap((sample, index) =>
    [0, 1].map((sweep) => ({
      index: 2 * index + sweep,
      sample,
      timestamp: sample.timestamp + sweep * (SAMPLE_US / 2),
      keyFrame: sweep === 0,
    })),
  )
  const annotation = (instance: string, index: number, at: readonly [number, number, number], of: number) => ({
    token: token(instance, index),
    sample_token: samples[index]!.token,
    instance_token: token('instance', instance),
    translation: at,
    size: [1.8, 4.2, 1.5],
    rotation: NO_ROTATION,
    prev: index > 0 ? token(instance, index - 1) : '',
    next: index + 1 < of ? token(instance, index + 1) : '',
  })
  return {
    scene: [{ token: name, name, nbr_samples: SAMPLES }],
    sample: samples,
    sample_data: shots.map(({ index, sample, timestamp, keyFrame }) => ({
      token: token('shot', index),
      sample_token: sample.token,
      ego_pose_token: token('pose', index),
      calibrated_sensor_token: 'calibrated/CAM_FRONT',
      timestamp,
      is_key_frame: keyFrame,
      fileformat: 'jpg',
      width: 1600,
      height: 900,
      filename: `${keyFrame ? 'samples' : 'sweeps'}/CAM_FRONT/${name}_${index}.jpg`,
    })),
    ego_pose: shots.map(({ index, timestamp }) => {
      const { xM, yM, headingRad } = poseAt((timestamp - BEGIN_US) / 1e6)
      return {
        token: token('pose', index),
        timestamp,
        translation: [xM, yM, 0],
        rotation: rotationOfYaw(headingRad),
      }
    }),
    sample_annotation: [
      ...samples.map((_, index) => annotation('parked', index, [30, 3, 0.75], SAMPLES)),
      annotation('moving', 0, [10, 0, 0.75], 2),
      annotation('moving', 1, [15, 0, 0.75], 2),
      annotation('once', 0, [5, -5, 0.75], 1),
    ],
    instance: ['parked', 'moving', 'once'].map((instance) => ({
      token: token('instance', instance),
      category_token: 'car',
    })),
  }
}

/** Writes the folder; images hold `imageBytes`. */
export const writeSyntheticNuscenes = (folder: string): void => {
  const write = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), content)
  }
  const scenes = ['scene-0001', 'scene-0002']
  const rows = scenes.map(sceneRows)
  const tables = {
    sensor: [{ token: 'sensor/CAM_FRONT', channel: 'CAM_FRONT', modality: 'camera' }],
    calibrated_sensor: [
      {
        token: 'calibrated/CAM_FRONT',
        sensor_token: 'sensor/CAM_FRONT',
        translation: [1.7, 0, 1.5],
        rotation: LOOKS_AHEAD,
        camera_intrinsic: [
          [1260, 0, 800],
          [0, 1260, 450],
          [0, 0, 1],
        ],
      },
    ],
    category: [{ token: 'car', name: 'vehicle.car', description: 'with "quotes" and {braces}' }],
    ...Object.fromEntries(
      (['scene', 'sample', 'sample_data', 'ego_pose', 'sample_annotation', 'instance'] as const).map((name) => [
        name,
        rows.flatMap((scene) => scene[name] as readonly object[]),
      ]),
    ),
  }
  for (const [name, table] of Object.entries(tables)) write(`v1.0-mini/${name}.json`, JSON.stringify(table, null, 1))
  for (const [index, name] of scenes.entries()) {
    for (const [shot, { filename }] of rows[index]!.sample_data.entries()) write(filename, imageBytes(name, shot))
  }
}

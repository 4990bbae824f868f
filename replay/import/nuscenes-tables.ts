import { createReadStream, existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'
import { readJsonArray } from './read-json-array.ts'

// Columns that are read, of the tables of nuScenes v1.0 (docs/schema_nuscenes.md of its devkit); others are passed over.
const token = z.string()
const microseconds = z.int().nonnegative()
const vector = z.tuple([z.number(), z.number(), z.number()])
/** w, x, y, z. */
const quaternion = z.tuple([z.number(), z.number(), z.number(), z.number()])

const ROWS = {
  scene: z.object({ token, name: z.string() }),
  sample: z.object({ token, timestamp: microseconds, scene_token: token }),
  sensor: z.object({ token, channel: z.string(), modality: z.string() }),
  calibrated_sensor: z.object({
    token,
    sensor_token: token,
    translation: vector,
    rotation: quaternion,
    camera_intrinsic: z.array(z.array(z.number())),
  }),
  sample_data: z.object({
    token,
    sample_token: token,
    ego_pose_token: token,
    calibrated_sensor_token: token,
    timestamp: microseconds,
    is_key_frame: z.boolean(),
    width: z.int().nonnegative(),
    height: z.int().nonnegative(),
    filename: z.string(),
  }),
  ego_pose: z.object({ token, timestamp: microseconds, translation: vector, rotation: quaternion }),
  sample_annotation: z.object({
    token,
    sample_token: token,
    instance_token: token,
    translation: vector,
    /** Width, length, height. */
    size: vector,
    rotation: quaternion,
    prev: z.string(),
    next: z.string(),
  }),
  instance: z.object({ token, category_token: token }),
  category: z.object({ token, name: z.string() }),
} as const

type TableName = keyof typeof ROWS
export type Row<Name extends TableName> = z.infer<(typeof ROWS)[Name]>
/** Rows by their token, in the table's order. */
type Table<Name extends TableName> = ReadonlyMap<string, Row<Name>>

/** The rows of one scene, and what they refer to. */
export interface SceneTables {
  readonly scene: Row<'scene'>
  readonly samples: Table<'sample'>
  readonly sensors: Table<'sensor'>
  readonly calibratedSensors: Table<'calibrated_sensor'>
  readonly sampleData: Table<'sample_data'>
  readonly egoPoses: Table<'ego_pose'>
  readonly annotations: Table<'sample_annotation'>
  readonly instances: Table<'instance'>
  readonly categories: Table<'category'>
}

export interface SceneChoice {
  /** As in scene-0061; may be left out where there is but one. */
  readonly scene?: string | undefined
  /** As in v1.0-mini; may be left out where there is but one. */
  readonly version?: string | undefined
}

/**
 * Reads what belongs to one scene of a nuScenes folder. Throws OutriderError IMPORT_DATASET_MISSING,
 * IMPORT_VERSION_UNKNOWN, IMPORT_SCENE_UNKNOWN, IMPORT_TABLE_MISSING, IMPORT_TABLE_INVALID.
 */
export const readSceneTables = async (datasetPath: string, choice: SceneChoice): Promise<SceneTables> => {
  const folder = join(datasetPath, chooseVersion(datasetPath, choice.version))
  const read = async <Name extends TableName>(name: Name, keep?: (row: Row<Name>) => boolean) =>
    readTable(join(folder, `${name}.json`), name, keep)

  const scene = chooseScene([...(await read('scene')).values()], choice.scene)
  const samples = await read('sample', (row) => row.scene_token === scene.token)
  const sampleData = await read('sample_data', (row) => samples.has(row.sample_token))
  const posesOfScene = new Set([...sampleData.values()].map((row) => row.ego_pose_token))
  const annotations = await read('sample_annotation', (row) => samples.has(row.sample_token))
  const instancesOfScene = new Set([...annotations.values()].map((row) => row.instance_token))
  return {
    scene,
    samples,
    sampleData,
    annotations,
    sensors: await read('sensor'),
    calibratedSensors: await read('calibrated_sensor'),
    egoPoses: await read('ego_pose', (row) => posesOfScene.has(row.token)),
    instances: await read('instance', (row) => instancesOfScene.has(row.token)),
    categories: await read('category'),
  }
}

/** An instant that nuScenes asks results for. */
export interface NuscenesSample {
  readonly token: string
  /** us since the Unix epoch. */
  readonly timestampUs: number
}

/** The samples of one scene, in order of time. Throws as readSceneTables does. */
export const readNuscenesSamples = async (
  datasetPath: string,
  choice: SceneChoice = {},
): Promise<readonly NuscenesSample[]> => {
  const folder = join(datasetPath, chooseVersion(datasetPath, choice.version))
  const scene = chooseScene([...(await readTable(join(folder, 'scene.json'), 'scene')).values()], choice.scene)
  const ofScene = (row: Row<'sample'>): boolean => row.scene_token === scene.token
  const samples = await readTable(join(folder, 'sample.json'), 'sample', ofScene)
  return [...samples.values()]
    .map(({ token, timestamp }) => ({ token, timestampUs: timestamp }))
    .toSorted((a, b) => a.timestampUs - b.timestampUs)
}

/** The row that a token stands for. Throws OutriderError IMPORT_TABLE_INVALID. */
export const lookUp = <T>(table: ReadonlyMap<string, T>, name: TableName, wanted: string): T => {
  const row = table.get(wanted)
  if (row !== undefined) return row
  throw new OutriderError({
    code: 'IMPORT_TABLE_INVALID',
    expected: `a row with token ${wanted} in ${name}.json, which another table refers to`,
    found: 'none',
    next: 'fetch the tables again: they belong together',
  })
}

const chooseVersion = (datasetPath: string, wanted: string | undefined): string => {
  if (!existsSync(datasetPath)) {
    throw new OutriderError({ code: 'IMPORT_DATASET_MISSING', expected: `a folder ${datasetPath}`, found: 'nothing' })
  }
  const versions = readdirSync(datasetPath)
    .filter((name) => name.startsWith('v1.0-'))
    .sort()
  if (versions.length === 0) {
    throw new OutriderError({
      code: 'IMPORT_DATASET_MISSING',
      expected: `a folder of nuScenes tables (v1.0-mini, v1.0-trainval, v1.0-test) in ${datasetPath}`,
      found: 'none',
      next: 'name the folder that holds samples, sweeps and v1.0-…',
    })
  }
  const version = wanted ?? (versions.length === 1 ? versions[0] : undefined)
  if (version !== undefined && versions.includes(version)) return version
  throw new OutriderError({
    code: 'IMPORT_VERSION_UNKNOWN',
    expected: `--tables with one of ${versions.join(', ')}`,
    found: wanted ?? 'none named, and several there',
  })
}

const chooseScene = (scenes: readonly Row<'scene'>[], wanted: string | undefined): Row<'scene'> => {
  const [only, ...others] = scenes
  if (wanted === undefined && only && others.length === 0) return only
  const scene = scenes.find(({ name }) => name === wanted)
  if (scene) return scene
  const names = scenes.map(({ name }) => name)
  // Ten name every scene of v1.0-mini; of the 850 of v1.0-trainval they show what a name looks like.
  const shown = [...names.slice(0, 10), ...(names.length > 10 ? [`… (${names.length} in all)`] : [])].join(', ')
  throw new OutriderError({
    code: 'IMPORT_SCENE_UNKNOWN',
    expected: `--scene with one of ${shown}`,
    found: wanted ?? 'none named, and a tape is one drive',
  })
}

const readTable = async <Name extends TableName>(
  path: string,
  name: Name,
  keep: (row: Row<Name>) => boolean = () => true,
): Promise<Table<Name>> => {
  if (!existsSync(path)) {
    throw new OutriderError({
      code: 'IMPORT_TABLE_MISSING',
      expected: `the table ${path}`,
      found: 'no such file',
      next: 'fetch the metadata archive of this nuScenes version',
    })
  }
  const schema: z.ZodType<Row<Name>> = ROWS[name] as never
  const rows = new Map<string, Row<Name>>()
  let index = 0
  try {
    for await (const value of readJsonArray(createReadStream(path, { highWaterMark: 1 << 20 }))) {
      const row = schema.parse(value)
      if (keep(row)) rows.set(row.token, row)
      index += 1
    }
  } catch (cause) {
    const why = cause instanceof z.ZodError ? `${cause.issues[0]?.path.join('.')}: ${cause.issues[0]?.message}` : cause
    throw new OutriderError({
      code: 'IMPORT_TABLE_INVALID',
      expected: `rows of nuScenes v1.0 in ${path}`,
      found: `at row ${index}: ${String(why)}`,
      cause,
    })
  }
  return rows
}

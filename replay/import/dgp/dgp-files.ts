import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { OutriderError } from '#errors'

// Fields that are read, of the files of a DGP scene (dgp/proto of TRI-ML/dgp); others are passed over.
const quaternion = z.object({ qx: z.number(), qy: z.number(), qz: z.number(), qw: z.number() })
const pose = z.object({
  translation: z.object({ x: z.number(), y: z.number(), z: z.number() }),
  rotation: quaternion,
})
const id = z.object({ name: z.string(), timestamp: z.string() })
/** By number of the annotation type: see ANNOTATION. */
const annotations = z.record(z.string(), z.string()).default({})

const sceneSchema = z.object({
  name: z.string().default(''),
  description: z.string().default(''),
  ontologies: z.record(z.string(), z.string()).default({}),
  samples: z.array(z.object({ id, calibration_key: z.string(), datum_keys: z.array(z.string()) })).min(1),
  data: z.array(
    z.object({
      key: z.string(),
      id,
      datum: z.union([
        z.object({
          image: z.object({
            filename: z.string(),
            width: z.int().positive(),
            height: z.int().positive(),
            pose,
            annotations,
          }),
        }),
        z.object({ point_cloud: z.object({ pose, annotations }) }),
        z.record(z.string(), z.unknown()),
      ]),
    }),
  ),
})

const calibrationSchema = z.object({
  names: z.array(z.string()),
  extrinsics: z.array(pose),
  intrinsics: z.array(z.record(z.string(), z.number())),
})

const ontologySchema = z.object({ items: z.array(z.object({ id: z.int(), name: z.string() })) })

const instance = { class_id: z.int(), instance_id: z.union([z.int(), z.string()]) }
const boxes2dSchema = z.object({
  annotations: z.array(
    z.object({ ...instance, box: z.object({ x: z.number(), y: z.number(), w: z.number(), h: z.number() }) }),
  ),
})
const boxes3dSchema = z.object({
  annotations: z.array(
    z.object({
      ...instance,
      box: z.object({ pose, length: z.number(), width: z.number(), height: z.number() }),
    }),
  ),
})

/** Numbers of the annotation types in dgp/proto/annotations.proto. */
export const ANNOTATION = { boxes2d: '0', boxes3d: '1' } as const

export type DgpPose = z.infer<typeof pose>
export type DgpScene = z.infer<typeof sceneSchema>
export type DgpCalibration = z.infer<typeof calibrationSchema>
export type DgpOntology = ReadonlyMap<number, string>
export type DgpBoxes2d = z.infer<typeof boxes2dSchema>['annotations']
export type DgpBoxes3d = z.infer<typeof boxes3dSchema>['annotations']

const read = async <T>(path: string, schema: z.ZodType<T>): Promise<T> => {
  if (!existsSync(path)) {
    throw new OutriderError({
      code: 'IMPORT_FILE_MISSING',
      expected: `the file ${path}, which the scene refers to`,
      found: 'no such file',
    })
  }
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new OutriderError({ code: 'IMPORT_TABLE_INVALID', expected: `JSON in ${path}`, found: String(cause), cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new OutriderError({
    code: 'IMPORT_TABLE_INVALID',
    expected: `DGP's fields in ${path}`,
    found: `${issue?.path.join('.')}: ${issue?.message}`,
  })
}

/** The one scene of a DGP folder. Throws OutriderError IMPORT_DATASET_MISSING, IMPORT_SCENE_UNKNOWN, IMPORT_TABLE_INVALID. */
export const readDgpScene = async (folder: string): Promise<DgpScene> => {
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => /^scene_.*\.json$/.test(name)) : []
  const [name, ...others] = names.sort()
  if (name === undefined) {
    throw new OutriderError({
      code: 'IMPORT_DATASET_MISSING',
      expected: `a DGP scene (scene_….json) in ${folder}`,
      found: existsSync(folder) ? 'none' : 'no such folder',
      next: 'name the folder of one scene, which holds scene_….json, calibration and rgb',
    })
  }
  if (others.length > 0) {
    throw new OutriderError({
      code: 'IMPORT_SCENE_UNKNOWN',
      expected: `one scene in ${folder}`,
      found: names.join(', '),
    })
  }
  return read(join(folder, name), sceneSchema)
}

export const readDgpCalibration = (folder: string, key: string): Promise<DgpCalibration> =>
  read(join(folder, 'calibration', `${key}.json`), calibrationSchema)

/** Names of classes by their number; none where the scene names no ontology for these annotations. */
export const readDgpOntology = async (folder: string, scene: DgpScene, annotation: string): Promise<DgpOntology> => {
  const key = scene.ontologies[annotation]
  if (key === undefined) return new Map()
  const { items } = await read(join(folder, 'ontology', `${key}.json`), ontologySchema)
  return new Map(items.map((item) => [item.id, item.name]))
}

export const readDgpBoxes2d = async (folder: string, path: string): Promise<DgpBoxes2d> =>
  (await read(join(folder, path), boxes2dSchema)).annotations

export const readDgpBoxes3d = async (folder: string, path: string): Promise<DgpBoxes3d> =>
  (await read(join(folder, path), boxes3dSchema)).annotations

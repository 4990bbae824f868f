import { parse } from 'yaml'
import { z } from 'zod'
import { rigSchema } from '#calibration'
import { OutriderError } from '#errors'

const rigCamera = rigSchema.shape.cameras.element.shape

const topic = (what: string) => z.string().min(1).describe(`a topic of the foreign tape: ${what}`)

const cameraSchema = z.strictObject({
  view: rigCamera.view,
  image: topic('CompressedImage, RawImage, CompressedVideo (Foxglove), or Image, CompressedImage (ROS 2)'),
  info: topic('CameraCalibration or CameraInfo').optional(),
  rectified: z
    .boolean()
    .default(false)
    .describe('the images are undistorted: their lens is the info’s P, not its K and D'),
  frame: z
    .string()
    .min(1)
    .optional()
    .describe('its optical frame in the transforms; default: what the info or the image says'),
  width: rigCamera.width.optional(),
  height: rigCamera.height.optional(),
  model: rigCamera.model.optional().describe('in place of an info'),
  egoFromCamera: rigCamera.egoFromCamera.optional().describe('in place of transforms'),
  timeOffsetMs: rigCamera.timeOffsetMs,
  readoutMs: rigCamera.readoutMs,
})

const egoSchema = z
  .strictObject({
    odometry: topic('Odometry').optional(),
    fix: topic('LocationFix or NavSatFix').optional(),
    transforms: z.boolean().default(false).describe('poses are the transforms from frames.fixed to frames.ego'),
    imu: topic('Imu').optional(),
  })
  .refine(({ odometry, fix, transforms }) => [odometry, fix, transforms || undefined].filter(Boolean).length <= 1, {
    message: 'one source of poses: odometry, fix or transforms',
  })

/** Which topic of a foreign tape is what. Unknown keys are refused. docs/import-mcap.md explains each. */
export const importMapSchema = z.strictObject({
  name: z.string().min(1).default('foreign tape').describe('of the rig'),
  admission: z
    .enum(['recorded', 'capture'])
    .default('recorded')
    .describe('when a message counts as arrived: when it was recorded, or at its own stamp'),
  frames: z
    .strictObject({
      ego: z.string().min(1).default('base_link').describe('x forward, y left, z up, fixed to the car'),
      fixed: z.string().min(1).default('map').describe('fixed to the ground; for ego.transforms'),
    })
    .prefault({}),
  egoFromBase: rigCamera.egoFromCamera
    .default({ translation: { x: 0, y: 0, z: 0 }, rotation: { x: 0, y: 0, z: 0, w: 1 } })
    .describe('where frames.ego sits in the ego frame (origin on the ground under the rear axle)'),
  transforms: z.array(topic('FrameTransforms, FrameTransform or TFMessage')).default([]),
  cameras: z.array(cameraSchema).min(1).describe('in the order that fusion and the model shall have them'),
  ego: egoSchema.prefault({}),
  route: z.boolean().default(true).describe('a route from where the car then went'),
  vehicle: rigSchema.shape.vehicle,
})

export type ImportMap = z.infer<typeof importMapSchema>
export type MappedCamera = ImportMap['cameras'][number]

/** YAML -> map. Throws OutriderError IMPORT_MAP_NOT_YAML, IMPORT_MAP_INVALID, which names the offending key. */
export const parseImportMap = (text: string): ImportMap => {
  const parsed = importMapSchema.safeParse(readYaml(text), { reportInput: true })
  if (parsed.success) {
    for (const key of ['view', 'image'] as const) {
      const values = parsed.data.cameras.map((camera) => camera[key])
      const twice = values.find((value, index) => values.indexOf(value) !== index)
      if (twice !== undefined) throw invalid(`each ${key} once in cameras`, `${twice} twice`)
    }
    return parsed.data
  }
  const issue = parsed.error.issues[0]!
  const key = issue.path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  const at = key.replace(/^\./, '') || 'the top'
  if (issue.code === 'unrecognized_keys') throw invalid(`only known keys in ${at}`, issue.keys.join(', '))
  throw invalid(`at ${at}: ${issue.message}`, issue.input === undefined ? 'nothing' : JSON.stringify(issue.input))
}

const readYaml = (text: string): unknown => {
  try {
    return parse(text, { logLevel: 'error' })
  } catch (cause) {
    throw new OutriderError({
      code: 'IMPORT_MAP_NOT_YAML',
      expected: 'a map of topics in YAML',
      found: String(cause),
      cause,
    })
  }
}

const invalid = (expected: string, found: string): OutriderError =>
  new OutriderError({
    code: 'IMPORT_MAP_INVALID',
    expected,
    found: found.slice(0, 200),
    next: 'docs/import-mcap.md lists the keys',
  })

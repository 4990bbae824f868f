import { z } from 'zod'
import { VIEWS } from '#messages'
import { intrinsicsSchema } from './models/index.ts'

const metres = (what: string) => z.number().describe(`${what}; m`)

const transformSchema = z.strictObject({
  translation: z.strictObject({ x: metres('forward'), y: metres('left'), z: metres('up') }).describe('m'),
  rotation: z
    .strictObject({ x: z.number(), y: z.number(), z: z.number(), w: z.number() })
    .describe('unit quaternion, scalar named w'),
})

const cameraSchema = z.strictObject({
  view: z.enum(VIEWS).describe('which way it looks; also its topic, /sensors/camera/<view>'),
  width: z.int().positive().describe('of the images as published; px'),
  height: z.int().positive().describe('of the images as published; px'),
  model: intrinsicsSchema,
  egoFromCamera: transformSchema.describe(
    'pose of the optical frame (x right, y down, z forward) in the ego frame (x forward, y left, z up, origin on the ground under the rear axle)',
  ),
  timeOffsetMs: z
    .number()
    .default(0)
    .describe(
      'added to the capture stamp to get the instant of the exposure, of its top row; ms, negative when stamps come late',
    ),
  readoutMs: z
    .number()
    .nonnegative()
    .max(200)
    .default(0)
    .describe(
      'rolling shutter: from the exposure of the top row to that of the bottom row; ms, 0 for a global shutter',
    ),
})

/**
 * Defaults are a family car's (segment C hatchbacks of 2020 to 2025: 4.2 to 4.4 m long, wheelbase 2.6 to 2.7 m, 10.4 to
 * 11 m turning circle): good enough to begin with, to be replaced by the car's own numbers.
 */
const vehicleSchema = z.strictObject({
  lengthM: metres('bumper to bumper').positive().default(4.3),
  widthM: metres('without mirrors').positive().default(1.8),
  heightM: metres('ground to roof').positive().default(1.5),
  wheelbaseM: metres('rear to front axle').positive().default(2.65),
  rearOverhangM: metres('rear axle to rear bumper').nonnegative().default(0.8),
  maxSteeringAngleRad: z
    .number()
    .positive()
    .max(Math.PI / 2)
    .default(0.6)
    .describe('of the front road wheels, bicycle model; rad'),
})

/** The rig file, and the rig part of a configuration. Unknown keys are refused. */
export const rigSchema = z.strictObject({
  name: z.string().min(1).default('unnamed').describe('for people'),
  cameras: z.array(cameraSchema).min(1).describe('in the order that fusion and the model shall have them'),
  vehicle: vehicleSchema.prefault({}),
})

export type Rig = z.infer<typeof rigSchema>
export type RigCamera = Rig['cameras'][number]
export type Vehicle = Rig['vehicle']

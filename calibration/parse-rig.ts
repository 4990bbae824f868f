import { parse } from 'yaml'
import type { z } from 'zod'
import { OutriderError } from '#errors'
import { normaliseQuaternion, quaternionLength } from '#geometry'
import { type Rig, type RigCamera, rigSchema } from './rig-schema.ts'

/** A quaternion written with three digits is off by less than this; checkRig names those that are off by more. */
export const QUATERNION_ROUNDING = 2e-3

/**
 * Rig file -> rig, defaults filled in, rotations freed from the rounding of their digits. Throws OutriderError
 * RIG_NOT_YAML, or RIG_INVALID which names the offending key. Whether the rig makes sense is checkRig's question.
 */
export const parseRig = (text: string): Rig => {
  const value = readYaml(text)
  const parsed = rigSchema.safeParse(value, { reportInput: true })
  if (!parsed.success) throw refusal(parsed.error)
  return { ...parsed.data, cameras: parsed.data.cameras.map(withUnitRotation) }
}

const readYaml = (text: string): unknown => {
  try {
    return parse(text, { logLevel: 'error' })
  } catch (cause) {
    throw new OutriderError({ code: 'RIG_NOT_YAML', expected: 'a rig file in YAML', found: String(cause), cause })
  }
}

/** What double precision leaves of a length of 1; a rotation that is this good stays as it is, bit for bit. */
const UNIT = 1e-12

const withUnitRotation = (camera: RigCamera): RigCamera => {
  const { rotation } = camera.egoFromCamera
  const offBy = Math.abs(quaternionLength(rotation) - 1)
  if (offBy < UNIT || offBy > QUATERNION_ROUNDING) return camera
  return { ...camera, egoFromCamera: { ...camera.egoFromCamera, rotation: normaliseQuaternion(rotation) } }
}

const refusal = (error: z.ZodError): OutriderError => {
  const issue = error.issues[0]!
  const key = issue.path.reduce<string>(
    (path, part) =>
      typeof part === 'number' ? `${path}[${part}]` : path === '' ? String(part) : `${path}.${String(part)}`,
    '',
  )
  const more = error.issues.length > 1 ? `, and ${error.issues.length - 1} more` : ''
  if (issue.code === 'unrecognized_keys') {
    return new OutriderError({
      code: 'RIG_INVALID',
      expected: `only known keys in ${key || 'the rig file'}`,
      found: `${issue.keys.join(', ')}${more}`,
      next: 'calibration/README.md lists the keys and their units',
    })
  }
  return new OutriderError({
    code: 'RIG_INVALID',
    expected: `at ${key || 'the top'}: ${issue.message}`,
    found: `${issue.input === undefined ? 'nothing' : JSON.stringify(issue.input)}${more}`,
    next: 'calibration/README.md lists the keys and their units',
  })
}

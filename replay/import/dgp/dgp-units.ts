import { OutriderError } from '#errors'
import { normaliseQuaternion, type Transform } from '#geometry'
import type { DgpPose } from './dgp-files.ts'

export const transformOfPose = ({ translation, rotation: { qx, qy, qz, qw } }: DgpPose): Transform => ({
  translation,
  rotation: normaliseQuaternion({ x: qx, y: qy, z: qz, w: qw }),
})

/** As in 2019-06-27T14:30:24.993653Z -> ns since the Unix epoch. Throws OutriderError IMPORT_TABLE_INVALID. */
export const nsOfStamp = (stamp: string): bigint => {
  const [, second, fraction = ''] = /^(.*T\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(stamp) ?? []
  const ms = second === undefined ? Number.NaN : Date.parse(`${second}Z`)
  if (!Number.isFinite(ms)) {
    throw new OutriderError({
      code: 'IMPORT_TABLE_INVALID',
      expected: 'a stamp like 2019-06-27T14:30:24.993653Z',
      found: stamp,
    })
  }
  return BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))
}

import { normaliseQuaternion, poseFromTransform, type Transform, type Vector3 } from '#geometry'

type Triple = readonly [number, number, number]

/** nuScenes counts in microseconds since the Unix epoch, below 2^53: exact. */
export const nsFromMicroseconds = (microseconds: number): bigint => BigInt(microseconds) * 1000n

export const vectorOf = ([x, y, z]: Triple): Vector3 => ({ x, y, z })

interface PosedRow {
  readonly translation: Triple
  /** w, x, y, z. */
  readonly rotation: readonly [number, number, number, number]
}

export const transformOfRow = ({ translation, rotation: [w, x, y, z] }: PosedRow): Transform => ({
  translation: vectorOf(translation),
  rotation: normaliseQuaternion({ x, y, z, w }),
})

export const poseOfRow = (row: PosedRow) => poseFromTransform(transformOfRow(row))

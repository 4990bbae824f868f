/** A point or a direction in the frame that its name gives; foxglove.Vector3 and foxglove.Point3 have this shape. */
export interface Vector3 {
  readonly x: number
  readonly y: number
  readonly z: number
}

export const ZERO_VECTOR: Vector3 = { x: 0, y: 0, z: 0 }

export const addVectors = (a: Vector3, b: Vector3): Vector3 => ({ x: a.x + b.x, y: a.y + b.y, z: a.z + b.z })

export const subtractVectors = (a: Vector3, b: Vector3): Vector3 => ({ x: a.x - b.x, y: a.y - b.y, z: a.z - b.z })

export const scaleVector = (a: Vector3, factor: number): Vector3 => ({
  x: a.x * factor,
  y: a.y * factor,
  z: a.z * factor,
})

export const dotProduct = (a: Vector3, b: Vector3): number => a.x * b.x + a.y * b.y + a.z * b.z

export const vectorLength = (a: Vector3): number => Math.hypot(a.x, a.y, a.z)

/** From `a` at fraction 0 to `b` at fraction 1, both exactly. */
export const interpolateVectors = (a: Vector3, b: Vector3, fraction: number): Vector3 => ({
  x: a.x * (1 - fraction) + b.x * fraction,
  y: a.y * (1 - fraction) + b.y * fraction,
  z: a.z * (1 - fraction) + b.z * fraction,
})

import { type Mesh, meshOf, type Point3 } from './mesh.ts'

/** Sides of a turned body: at 24 a plate that fills half the picture still looks round. */
const SIDES = 24
/** Edges sharper than this stay edges, others are rounded: cosine of 40 degrees. */
const SMOOTH_COSINE = 0.77

export type Profile = readonly (readonly [radiusM: number, zM: number])[]

/** A body turned about z: its outline from the foot up and, for a bowl, down again inside. */
export const turned = (profile: Profile, sides = SIDES): Mesh => {
  const normals = outlineNormals(profile)
  const vertices: number[] = []
  const push = (index: number, end: 0 | 1, side: number): void => {
    const [radius, z] = profile[index + end]!
    const angle = (side / sides) * 2 * Math.PI
    const [c, s] = [Math.cos(angle), Math.sin(angle)]
    const [nr, nz] = normals[index]![end]
    vertices.push(radius * c, radius * s, z, nr * c, nr * s, nz, (side / sides) * 2 * Math.PI * 0.05, z + radius)
  }
  for (let index = 0; index + 1 < profile.length; index += 1) {
    for (let side = 0; side < sides; side += 1) {
      if (profile[index]![0] > 0) {
        push(index, 0, side)
        push(index, 0, side + 1)
        push(index, 1, side + 1)
      }
      if (profile[index + 1]![0] > 0) {
        push(index, 0, side)
        push(index, 1, side + 1)
        push(index, 1, side)
      }
    }
  }
  return meshOf(vertices)
}

type Normal2 = readonly [outwards: number, up: number]

/** Of each stretch of the outline at its two ends. */
const outlineNormals = (profile: Profile): readonly (readonly [Normal2, Normal2])[] => {
  const flat = profile.slice(1).map(([radius, z], index): Normal2 => {
    const [dr, dz] = [radius - profile[index]![0], z - profile[index]![1]]
    const length = Math.hypot(dr, dz) || 1
    return [dz / length, -dr / length]
  })
  const between = (own: Normal2, other: Normal2 | undefined): Normal2 => {
    if (!other || own[0] * other[0] + own[1] * other[1] < SMOOTH_COSINE) return own
    const sum: Normal2 = [own[0] + other[0], own[1] + other[1]]
    const length = Math.hypot(...sum)
    return [sum[0] / length, sum[1] / length]
  }
  return flat.map((normal, index) => [between(normal, flat[index - 1]), between(normal, flat[index + 1])])
}

/** Stretches from pole to pole of a ball. */
const RINGS = 12

export const ball = (radiusM: number): Mesh =>
  turned(
    Array.from({ length: RINGS + 1 }, (_, index) => {
      const angle = (index / RINGS) * Math.PI
      // Exactly 0 at the poles, where turned() makes no triangles.
      const radius = index === 0 || index === RINGS ? 0 : radiusM * Math.sin(angle)
      return [radius, radiusM - radiusM * Math.cos(angle)] as const
    }),
  )

/** A round bar along a path in a plane; `across` is the plane's normal, of length 1. */
export const bar = (path: readonly Point3[], across: Point3, radiusM: number, sides = 8): Mesh => {
  const rings = path.map((point, index) => {
    const before = path[Math.max(index - 1, 0)]!
    const after = path[Math.min(index + 1, path.length - 1)]!
    const along = after.map((value, axis) => value - before[axis]!) as unknown as Point3
    return ringAround(point, across, upFrom(across, along), radiusM, sides)
  })
  const vertices: number[] = []
  for (let index = 0; index + 1 < rings.length; index += 1) {
    for (let side = 0; side < sides; side += 1) {
      const next = (side + 1) % sides
      const [a, b, c, d] = [
        rings[index]![side]!,
        rings[index]![next]!,
        rings[index + 1]![next]!,
        rings[index + 1]![side]!,
      ]
      vertices.push(...a, ...b, ...c, ...a, ...c, ...d)
    }
  }
  return meshOf(vertices)
}

const upFrom = (a: Point3, b: Point3): Point3 => {
  const up: Point3 = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
  const length = Math.hypot(...up) || 1
  return [up[0] / length, up[1] / length, up[2] / length]
}

const ringAround = (centre: Point3, across: Point3, up: Point3, radiusM: number, sides: number): number[][] =>
  Array.from({ length: sides }, (_, side) => {
    const angle = (side / sides) * 2 * Math.PI
    const normal = [0, 1, 2].map((axis) => across[axis]! * Math.cos(angle) + up[axis]! * Math.sin(angle))
    return [...normal.map((value, axis) => centre[axis]! + radiusM * value), ...normal, 0, 0]
  })

/** Triangles of a surface, three vertices each: position x, y, z (m), normal x, y, z (of length 1), texture u, v (m). */
export interface Mesh {
  readonly vertices: Float32Array
}

/** Numbers a vertex. */
export const VERTEX = 8

export type Point3 = readonly [x: number, y: number, z: number]

export const meshOf = (vertices: readonly number[]): Mesh => ({ vertices: Float32Array.from(vertices) })

export const merged = (...meshes: readonly Mesh[]): Mesh => {
  const vertices = new Float32Array(meshes.reduce((sum, mesh) => sum + mesh.vertices.length, 0))
  let at = 0
  for (const mesh of meshes) {
    vertices.set(mesh.vertices, at)
    at += mesh.vertices.length
  }
  return { vertices }
}

/** Row-major 3 x 3. */
type Rotation = readonly [number, number, number, number, number, number, number, number, number]

export const aboutZ = (angleRad: number): Rotation => {
  const [c, s] = [Math.cos(angleRad), Math.sin(angleRad)]
  return [c, -s, 0, s, c, 0, 0, 0, 1]
}

export const aboutX = (angleRad: number): Rotation => {
  const [c, s] = [Math.cos(angleRad), Math.sin(angleRad)]
  return [1, 0, 0, 0, c, -s, 0, s, c]
}

export const aboutY = (angleRad: number): Rotation => {
  const [c, s] = [Math.cos(angleRad), Math.sin(angleRad)]
  return [c, 0, s, 0, 1, 0, -s, 0, c]
}

/** Turned, then moved; m. */
export const placed = ({ vertices }: Mesh, rotation: Rotation, [x, y, z]: Point3): Mesh => {
  const out = Float32Array.from(vertices)
  for (let at = 0; at < out.length; at += VERTEX) {
    turn(out, at, rotation)
    turn(out, at + 3, rotation)
    out[at] = out[at]! + x
    out[at + 1] = out[at + 1]! + y
    out[at + 2] = out[at + 2]! + z
  }
  return { vertices: out }
}

const turn = (out: Float32Array, at: number, r: Rotation): void => {
  const [x, y, z] = [out[at]!, out[at + 1]!, out[at + 2]!]
  out[at] = r[0] * x + r[1] * y + r[2] * z
  out[at + 1] = r[3] * x + r[4] * y + r[5] * z
  out[at + 2] = r[6] * x + r[7] * y + r[8] * z
}

/** A flat quadrilateral, corners counter-clockwise seen from outside; u along its first edge, v along its last. */
export const quad = (a: Point3, b: Point3, c: Point3, d: Point3): Mesh => {
  const [ux, uy, uz] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]]
  const [vx, vy, vz] = [d[0] - a[0], d[1] - a[1], d[2] - a[2]]
  const n: Point3 = [uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx]
  const length = Math.hypot(...n) || 1
  const normal = n.map((value) => value / length)
  const [width, height] = [Math.hypot(ux, uy, uz), Math.hypot(vx, vy, vz)]
  const corner = (point: Point3, u: number, v: number): number[] => [...point, ...normal, u, v]
  const [first, second, third, fourth] = [
    corner(a, 0, 0),
    corner(b, width, 0),
    corner(c, width, height),
    corner(d, 0, height),
  ]
  return meshOf([...first, ...second, ...third, ...first, ...third, ...fourth])
}

/** From one bound to the other; m. */
export type Span = readonly [number, number]

/** An upright block: all six sides. */
export const cuboid = ([x0, x1]: Span, [y0, y1]: Span, [z0, z1]: Span): Mesh =>
  merged(
    quad([x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1]),
    quad([x1, y1, z0], [x0, y1, z0], [x0, y1, z1], [x1, y1, z1]),
    quad([x1, y0, z0], [x1, y1, z0], [x1, y1, z1], [x1, y0, z1]),
    quad([x0, y1, z0], [x0, y0, z0], [x0, y0, z1], [x0, y1, z1]),
    quad([x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]),
    quad([x0, y1, z0], [x1, y1, z0], [x1, y0, z0], [x0, y0, z0]),
  )

/** A tray: four walls and a bottom, open above. */
export const openBox = (x: Span, y: Span, [z0, z1]: Span, wallM: number): Mesh =>
  merged(
    cuboid(x, y, [z0, z0 + wallM]),
    cuboid([x[0], x[0] + wallM], y, [z0, z1]),
    cuboid([x[1] - wallM, x[1]], y, [z0, z1]),
    cuboid(x, [y[0], y[0] + wallM], [z0, z1]),
    cuboid(x, [y[1] - wallM, y[1]], [z0, z1]),
  )

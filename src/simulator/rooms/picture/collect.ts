import { type Point3, VERTEX } from '../shapes/mesh.ts'
import { type Coverage, type DepthBuffer, fillTriangle } from './depth-buffer.ts'
import type { Drawn } from './drawn.ts'
import type { RoomCamera } from './room-camera.ts'

/** Triangles as they were filled, by their number: three vertices as meshes have them, then 1 / depth of each. */
export interface Triangles {
  readonly values: Float32Array
  /** Number in `drawn`. */
  readonly drawn: Int16Array
}

export const TRIANGLE = 3 * VERTEX + 3

/** Nothing is nearer to a lens; m. */
const NEAR_M = 0.05

/** Fills what the camera sees; `covered` counts by mark from 1 what each would show alone. */
export const collect = (
  drawn: readonly Drawn[],
  marks: readonly string[],
  camera: RoomCamera,
  finer: number,
  buffer: DepthBuffer,
): { readonly triangles: Triangles; readonly covered: Uint32Array } => {
  // Cutting at the lens makes at most two of one.
  const most = drawn.reduce((sum, { mesh }) => sum + mesh.vertices.length / VERTEX / 3, 0) * 2
  const values = new Float32Array(most * TRIANGLE)
  const owner = new Int16Array(most)
  const coverage: Coverage = {
    last: new Uint16Array(buffer.width * buffer.height),
    pixels: new Uint32Array(marks.length + 1),
  }
  const corners = new Float32Array(9)
  const numbers = new Map(marks.map((mark, index) => [mark, index + 1]))
  const depth = depthOf(camera)
  let count = 0

  const fill = (triangle: Float32Array, from: number, index: number, thing: number): void => {
    const at = count * TRIANGLE
    for (let vertex = 0; vertex < 3; vertex += 1) {
      const begin = from + vertex * VERTEX
      project(camera, finer, triangle, begin, corners, vertex * 3)
      values[at + 3 * VERTEX + vertex] = corners[vertex * 3 + 2]!
    }
    values.set(triangle.subarray(from, from + 3 * VERTEX), at)
    owner[count] = index
    fillTriangle(buffer, corners, 0, count, coverage, thing)
    count += 1
  }

  for (const [index, { mesh, mark }] of drawn.entries()) {
    const { vertices } = mesh
    const thing = numbers.get(mark) ?? 0
    for (let from = 0; from < vertices.length; from += 3 * VERTEX) {
      const depths = [depth(vertices, from), depth(vertices, from + VERTEX), depth(vertices, from + 2 * VERTEX)]
      const near = depths.filter((value) => value < NEAR_M).length
      if (near === 3) continue
      if (near === 0) fill(vertices, from, index, thing)
      else {
        const cut = cutAtLens(vertices.subarray(from, from + 3 * VERTEX), depths)
        for (let begin = 0; begin < cut.length; begin += 3 * VERTEX) fill(cut, begin, index, thing)
      }
    }
  }
  return { triangles: { values, drawn: owner }, covered: coverage.pixels }
}

const depthOf =
  ({ eye, ahead }: RoomCamera) =>
  (vertices: Float32Array, at: number): number =>
    (vertices[at]! - eye[0]) * ahead[0] +
    (vertices[at + 1]! - eye[1]) * ahead[1] +
    (vertices[at + 2]! - eye[2]) * ahead[2]

const along = (axis: Point3, x: number, y: number, z: number): number => axis[0] * x + axis[1] * y + axis[2] * z

/** Pixels of the finer sheet, (0, 0) the centre of its first, and 1 / depth. */
const project = (
  { eye, right, down, ahead, focalPx, width, height }: RoomCamera,
  finer: number,
  vertices: Float32Array,
  at: number,
  out: Float32Array,
  to: number,
): void => {
  const x = vertices[at]! - eye[0]
  const y = vertices[at + 1]! - eye[1]
  const z = vertices[at + 2]! - eye[2]
  const near = 1 / along(ahead, x, y, z)
  out[to] = (focalPx * along(right, x, y, z) * near + width / 2) * finer - 0.5
  out[to + 1] = (focalPx * along(down, x, y, z) * near + height / 2) * finer - 0.5
  out[to + 2] = near
}

/** What of a triangle is further than the lens: one or two. */
const cutAtLens = (triangle: Float32Array, depths: readonly number[]): Float32Array => {
  const kept: number[][] = []
  for (let corner = 0; corner < 3; corner += 1) {
    const next = (corner + 1) % 3
    const own = Array.from(triangle.subarray(corner * VERTEX, (corner + 1) * VERTEX))
    const [from, to] = [depths[corner]! - NEAR_M, depths[next]! - NEAR_M]
    if (from >= 0) kept.push(own)
    if (from >= 0 === to >= 0) continue
    const share = from / (from - to)
    kept.push(own.map((value, index) => value + (triangle[next * VERTEX + index]! - value) * share))
  }
  const fan = kept.slice(2).flatMap((point, index) => [kept[0]!, kept[index + 1]!, point])
  return Float32Array.from(fan.flat())
}

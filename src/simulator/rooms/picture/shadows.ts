import { VERTEX } from '../shapes/mesh.ts'
import { createDepthBuffer, fillTriangle } from './depth-buffer.ts'
import type { Drawn } from './drawn.ts'
import type { RoomLight } from './light.ts'

/** What the light sees: whether a place lies in the shadow of another. */
export interface Shadows {
  /** From 0, in the light, to 1; m. */
  at(x: number, y: number, z: number): number
}

/** Cells of the light's own picture, and what it spans round the room's middle: 7 mm a cell. */
const CELLS = 320
const HALF_SPAN_M = 1.12
/** Nearer than this to what is lit first is the same surface; m. */
const SAME_M = 0.008

/** A picture from the light's side, from which shadows are read. The light is far: its rays are parallel. */
export const castShadows = (drawn: readonly Drawn[], { towards }: RoomLight): Shadows => {
  const level = Math.hypot(towards[0], towards[1]) || 1
  const [ax, ay] = [towards[1] / level, -towards[0] / level]
  // The third axis is across both.
  const [bx, by, bz] = [-ay * towards[2], ax * towards[2], ay * towards[0] - ax * towards[1]]
  const cell = (2 * HALF_SPAN_M) / CELLS
  const buffer = createDepthBuffer(CELLS, CELLS)
  const corners = new Float32Array(9)
  const acrossOf = (x: number, y: number) => (x * ax + y * ay + HALF_SPAN_M) / cell - 0.5
  const upOf = (x: number, y: number, z: number) => (x * bx + y * by + z * bz + HALF_SPAN_M) / cell - 0.5
  const nearOf = (x: number, y: number, z: number) => x * towards[0] + y * towards[1] + z * towards[2]
  for (const { mesh, material } of drawn) {
    if (material.glows) continue
    const { vertices } = mesh
    for (let from = 0; from < vertices.length; from += 3 * VERTEX) {
      for (let vertex = 0; vertex < 3; vertex += 1) {
        const at = from + vertex * VERTEX
        const [x, y, z] = [vertices[at]!, vertices[at + 1]!, vertices[at + 2]!]
        corners[vertex * 3] = acrossOf(x, y)
        corners[vertex * 3 + 1] = upOf(x, y, z)
        corners[vertex * 3 + 2] = nearOf(x, y, z)
      }
      fillTriangle(buffer, corners, 0, 0)
    }
  }
  const { nearness } = buffer
  return {
    at(x, y, z) {
      const column = Math.floor(acrossOf(x, y))
      const row = Math.floor(upOf(x, y, z))
      if (column < 0 || row < 0 || column >= CELLS - 1 || row >= CELLS - 1) return 0
      const own = nearOf(x, y, z) + SAME_M
      const index = row * CELLS + column
      let hidden = 0
      if (nearness[index]! > own) hidden += 0.25
      if (nearness[index + 1]! > own) hidden += 0.25
      if (nearness[index + CELLS]! > own) hidden += 0.25
      if (nearness[index + CELLS + 1]! > own) hidden += 0.25
      return hidden
    },
  }
}

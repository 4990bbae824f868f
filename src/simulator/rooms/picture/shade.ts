import type { Rgb } from '../shapes/material.ts'
import { patternAt } from '../shapes/material.ts'
import { type Point3, VERTEX } from '../shapes/mesh.ts'
import { TRIANGLE, type Triangles } from './collect.ts'
import type { DepthBuffer } from './depth-buffer.ts'
import type { Drawn } from './drawn.ts'
import type { RoomLight } from './light.ts'
import type { Shadows } from './shadows.ts'

/** Screen colour of a pixel (0 to 255), then its place in the room's frame (m). */
export type Shade = Float64Array

interface Scene {
  readonly buffer: DepthBuffer
  readonly triangles: Triangles
  readonly drawn: readonly Drawn[]
  readonly light: RoomLight
  readonly eye: Point3
  readonly shadows: Shadows
}

/** Light adds up in amounts of light, screens show its root: 2.2 is what screens are made for. */
const GAMMA = 2.2
const STEPS = 4096
const SCREEN = Uint8Array.from({ length: STEPS + 1 }, (_, step) => Math.round(255 * (step / STEPS) ** (1 / GAMMA)))
const lightOf = (colour: Rgb): Rgb => colour.map((value) => (value / 255) ** GAMMA) as unknown as Rgb

/** What a surface that looks down gets of the ambient light, beside one that looks up. */
const FROM_BELOW = 0.45
/** How narrow a mirrored light is. */
const SHINE = 40

/** Says what a pixel of the buffer shows; the pixel has to show a triangle. */
export const createShader = ({
  buffer,
  triangles,
  drawn,
  light,
  eye,
  shadows,
}: Scene): ((pixel: number, out: Shade) => void) => {
  const { triangle, shares } = buffer
  const { values } = triangles
  const materials = drawn.map(({ material }) => ({
    first: lightOf(material.colour),
    second: lightOf(material.second ?? material.colour),
    pattern: material.pattern ?? 'plain',
    perM: 1 / (material.scaleM ?? 1),
    gloss: material.gloss ?? 0,
    glows: material.glows ?? false,
  }))
  const { towards, direct, ambient } = light
  return (pixel, out) => {
    const number = triangle[pixel]!
    const at = number * TRIANGLE
    const depths = at + 3 * VERTEX
    const shareB = shares[2 * pixel]!
    const shareC = shares[2 * pixel + 1]!
    // Shares on the sheet to shares on the surface.
    let a = (1 - shareB - shareC) * values[depths]!
    let b = shareB * values[depths + 1]!
    let c = shareC * values[depths + 2]!
    const sum = a + b + c
    a /= sum
    b /= sum
    c /= sum
    const x = a * values[at]! + b * values[at + VERTEX]! + c * values[at + 2 * VERTEX]!
    const y = a * values[at + 1]! + b * values[at + VERTEX + 1]! + c * values[at + 2 * VERTEX + 1]!
    const z = a * values[at + 2]! + b * values[at + VERTEX + 2]! + c * values[at + 2 * VERTEX + 2]!
    let nx = a * values[at + 3]! + b * values[at + VERTEX + 3]! + c * values[at + 2 * VERTEX + 3]!
    let ny = a * values[at + 4]! + b * values[at + VERTEX + 4]! + c * values[at + 2 * VERTEX + 4]!
    let nz = a * values[at + 5]! + b * values[at + VERTEX + 5]! + c * values[at + 2 * VERTEX + 5]!
    out[3] = x
    out[4] = y
    out[5] = z
    const { first, second, pattern, perM, gloss, glows } = materials[triangles.drawn[number]!]!

    const vx = eye[0] - x
    const vy = eye[1] - y
    const vz = eye[2] - z
    const distance = Math.sqrt(vx * vx + vy * vy + vz * vz)
    // Turned to the eye, so that a surface has two sides.
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz) * (nx * vx + ny * vy + nz * vz < 0 ? -1 : 1) || 1
    nx /= length
    ny /= length
    nz /= length
    const facing = nx * towards[0] + ny * towards[1] + nz * towards[2]
    const lit = facing > 0 ? facing * (1 - shadows.at(x + nx * 0.004, y + ny * 0.004, z + nz * 0.004)) : 0
    const sky = FROM_BELOW + ((1 - FROM_BELOW) * (nz + 1)) / 2

    let shine = 0
    if (gloss > 0 && lit > 0) {
      const hx = towards[0] + vx / distance
      const hy = towards[1] + vy / distance
      const hz = towards[2] + vz / distance
      const cosine = (nx * hx + ny * hy + nz * hz) / Math.sqrt(hx * hx + hy * hy + hz * hz)
      shine = gloss * cosine ** SHINE * (lit / facing)
    }
    let mix = 0
    if (pattern !== 'plain') {
      const u = a * values[at + 6]! + b * values[at + VERTEX + 6]! + c * values[at + 2 * VERTEX + 6]!
      const v = a * values[at + 7]! + b * values[at + VERTEX + 7]! + c * values[at + 2 * VERTEX + 7]!
      mix = patternAt(pattern, u * perM, v * perM)
    }
    for (let channel = 0; channel < 3; channel += 1) {
      const albedo = first[channel]! + (second[channel]! - first[channel]!) * mix
      const amount = glows
        ? albedo * 1.1
        : albedo * (direct[channel]! * lit + ambient[channel]! * sky) * 1.25 + shine * direct[channel]!
      out[channel] = SCREEN[Math.min(Math.round(amount * STEPS), STEPS)]!
    }
  }
}

import type { RgbImage } from '#image'
import type { Room } from '../room.ts'
import { collect } from './collect.ts'
import { createDepthBuffer } from './depth-buffer.ts'
import { type Drawn, drawnOf } from './drawn.ts'
import { createShader } from './shade.ts'
import { castShadows } from './shadows.ts'

/** What a picture shows, pixel for pixel; rows from the top. */
export interface RoomPicture {
  readonly image: RgbImage
  /** Number of what is seen in `drawn`; -1: nothing. */
  readonly seen: Int16Array
  readonly drawn: readonly Drawn[]
  /** Of each pixel's middle, in the room's frame; m, three numbers a pixel. */
  readonly places: Float32Array
  /** How many pixels of a mark the image would show if nothing hid it, by mark. */
  readonly alone: ReadonlyMap<string, number>
}

/** Pixels are drawn as 2 x 2: edges are smooth, and a handle of 2 px is still a handle. */
const FINER = 2

/** The room as its camera sees it. The same room gives the same pixels. */
export const renderRoom = (room: Room): RoomPicture => {
  const { camera, light } = room
  const drawn = drawnOf(room)
  const { width, height } = camera
  const buffer = createDepthBuffer(width * FINER, height * FINER)
  const marks = [...new Set(drawn.map(({ mark }) => mark))]
  const { triangles, covered } = collect(drawn, marks, camera, FINER, buffer)
  const shader = createShader({ buffer, triangles, drawn, light, eye: camera.eye, shadows: castShadows(drawn, light) })
  const isPlain = drawn.map(({ material }) => (material.pattern ?? 'plain') === 'plain')
  const owners = new Int16Array(4)

  const data = new Uint8Array(width * height * 3)
  const seen = new Int16Array(width * height)
  const places = new Float32Array(width * height * 3)
  const one = new Float64Array(6)
  for (let y = 0, pixel = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, pixel += 1) {
      const corner = y * FINER * buffer.width + x * FINER
      for (let part = 0; part < 4; part += 1) {
        const triangle = buffer.triangle[corner + (part & 1) + (part >> 1) * buffer.width]!
        owners[part] = triangle < 0 ? -1 : triangles.drawn[triangle]!
      }
      const chosen = commonest(owners)
      seen[pixel] = owners[chosen]!
      // Inside one thing one look is enough; a pattern is looked at twice, corner to corner.
      const inside = owners[0] === owners[1] && owners[0] === owners[2] && owners[0] === owners[3]
      const step = !inside ? 1 : isPlain[owners[0]!] ? 4 : 3
      let looks = 0
      let [red, green, blue] = [0, 0, 0]
      for (let part = 0; part < 4; part += step) {
        looks += 1
        if (owners[part]! < 0) continue
        shader(corner + (part & 1) + (part >> 1) * buffer.width, one)
        red += one[0]!
        green += one[1]!
        blue += one[2]!
        if (part === chosen || step > 1) {
          places[3 * pixel] = one[3]!
          places[3 * pixel + 1] = one[4]!
          places[3 * pixel + 2] = one[5]!
        }
      }
      data[3 * pixel] = Math.round(red / looks)
      data[3 * pixel + 1] = Math.round(green / looks)
      data[3 * pixel + 2] = Math.round(blue / looks)
    }
  }
  const alone = new Map(marks.map((mark, index) => [mark, covered[index + 1]! / FINER ** 2]))
  return { image: { width, height, data }, seen, drawn, places, alone }
}

/** Which of four shows what most of them do; the first where they are even. */
const commonest = (four: Int16Array): number => {
  let best = 0
  let most = 0
  for (let part = 0; part < 4; part += 1) {
    let count = 0
    for (let other = 0; other < 4; other += 1) if (four[other] === four[part]) count += 1
    if (count > most) [best, most] = [part, count]
  }
  return best
}

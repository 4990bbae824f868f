import type { RgbImage } from '#image'
import type { Room } from '../room.ts'
import { collect } from './collect.ts'
import { createDepthBuffer } from './depth-buffer.ts'
import { type Drawn, drawnOf } from './drawn.ts'
import { shade } from './shade.ts'
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
  const fine = shade({ buffer, triangles, drawn, light, eye: camera.eye, shadows: castShadows(drawn, light) })

  const data = new Uint8Array(width * height * 3)
  const seen = new Int16Array(width * height)
  const places = new Float32Array(width * height * 3)
  for (let y = 0, pixel = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, pixel += 1) {
      const first = y * FINER * buffer.width + x * FINER
      const four = [first, first + 1, first + buffer.width, first + buffer.width + 1]
      for (let channel = 0; channel < 3; channel += 1) {
        let sum = 0
        for (const index of four) sum += fine.colours[3 * index + channel]!
        data[3 * pixel + channel] = Math.round(sum / 4)
      }
      const chosen = commonest(four, fine.drawn)
      seen[pixel] = fine.drawn[chosen]!
      for (let axis = 0; axis < 3; axis += 1) places[3 * pixel + axis] = fine.places[3 * chosen + axis]!
    }
  }
  const alone = new Map(marks.map((mark, index) => [mark, covered[index + 1]! / FINER ** 2]))
  return { image: { width, height, data }, seen, drawn, places, alone }
}

/** Which of the four shows what most of them do; the first where they are even. */
const commonest = (four: readonly number[], drawn: Int16Array): number => {
  let best = four[0]!
  let most = 0
  for (const index of four) {
    let count = 0
    for (const other of four) if (drawn[other] === drawn[index]) count += 1
    if (count > most) [best, most] = [index, count]
  }
  return best
}

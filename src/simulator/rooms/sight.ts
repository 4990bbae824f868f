import type { Drawn } from './picture/drawn.ts'
import { type RoomPicture, renderRoom } from './picture/render-room.ts'
import { onCameraGround } from './picture/room-camera.ts'
import type { Room, Thing } from './room.ts'

/** What an image shows of one mark. */
export interface Sighting {
  readonly pixels: number
  /** Of what the image would show of it if nothing hid it. */
  readonly share: number
  /** Middle of what is seen; px. */
  readonly x: number
  readonly y: number
  readonly minX: number
  readonly minY: number
  readonly maxX: number
  readonly maxY: number
}

/** A thing that a person would recognise in the image. */
export interface SeenThing {
  readonly thing: Thing
  readonly sighting: Sighting
  /** On the floor as the camera sees it, and from the lens; m. */
  readonly rightM: number
  readonly awayM: number
  readonly distanceM: number
}

/** A room and its picture. */
export interface RoomSight {
  readonly room: Room
  readonly picture: RoomPicture
  /** From left to right. */
  readonly things: readonly SeenThing[]
  readonly of: (mark: string) => Sighting | undefined
  /** 1 where the image shows it, row by row. */
  readonly maskOf: (isMeant: (drawn: Drawn) => boolean) => Uint8Array
}

/** Smaller than 7 x 7 or mostly hidden nobody could name it. */
const LEAST_PIXELS = 49
const LEAST_SHARE = 0.45

/** Enough is seen of it to be asked about. */
export const isRecognisable = (sighting: Sighting | undefined): sighting is Sighting =>
  sighting !== undefined && sighting.pixels >= LEAST_PIXELS && sighting.share >= LEAST_SHARE

/** The room through its camera, and what can be said of the image. */
export const lookAt = (room: Room): RoomSight => {
  const picture = renderRoom(room)
  const sightings = sightingsIn(picture)
  const things = room.things.flatMap((thing): SeenThing[] => {
    const sighting = sightings.get(thing.name)
    if (!isRecognisable(sighting)) return []
    const { eye } = room.camera
    const middle = thing.at[2] + thing.model.heightM / 2
    const distanceM = Math.hypot(thing.at[0] - eye[0], thing.at[1] - eye[1], middle - eye[2])
    return [{ thing, sighting, distanceM, ...onCameraGround(room.camera, thing.at) }]
  })
  return {
    room,
    picture,
    things: things.toSorted((a, b) => a.sighting.x - b.sighting.x),
    of: (mark) => sightings.get(mark),
    maskOf: (isMeant) => {
      const meant = picture.drawn.map(isMeant)
      const { seen } = picture
      const mask = new Uint8Array(seen.length)
      for (let pixel = 0; pixel < seen.length; pixel += 1) if (meant[seen[pixel]!]) mask[pixel] = 1
      return mask
    },
  }
}

const sightingsIn = ({ seen, drawn, image, alone }: RoomPicture): ReadonlyMap<string, Sighting> => {
  const found = new Map<string, { -readonly [Key in keyof Sighting]: number }>()
  for (let pixel = 0; pixel < seen.length; pixel += 1) {
    const mark = drawn[seen[pixel]!]?.mark
    if (mark === undefined || mark === '') continue
    const [x, y] = [pixel % image.width, Math.floor(pixel / image.width)]
    const known = found.get(mark)
    if (!known) {
      found.set(mark, { pixels: 1, share: 0, x, y, minX: x, minY: y, maxX: x, maxY: y })
      continue
    }
    known.pixels += 1
    known.x += x
    known.y += y
    known.minX = Math.min(known.minX, x)
    known.maxX = Math.max(known.maxX, x)
    known.maxY = y
  }
  for (const [mark, sighting] of found) {
    sighting.x /= sighting.pixels
    sighting.y /= sighting.pixels
    sighting.share = sighting.pixels / Math.max(alone.get(mark) ?? 0, 1)
  }
  return found
}

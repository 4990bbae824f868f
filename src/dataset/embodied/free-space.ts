import { onCameraGround, type RoomSight, type SeenThing, type Surface, the } from '#simulator'
import type { Asker } from './asked.ts'
import { innerPoint } from './inner-point.ts'

/** A mug needs so much around its middle; m, times the surface's scale. */
const NEEDED_M = 0.05
/** A place on top of a surface, not on its front edge; m. */
const LEVEL_M = 0.004
/** Fewer are a slit; px. */
const LEAST_PIXELS = 60
/** Beside a thing: so far to the side, and no further before or behind it; m, times the scale. */
const BESIDE_M = [0.02, 0.3] as const
const ABREAST_M = 0.12

/** Where something could be put down: points on the surface round which nothing stands. */
const freeMask = (
  { room, picture }: RoomSight,
  surface: Surface,
  fits: (x: number, y: number) => boolean,
): Uint8Array => {
  const need = NEEDED_M * surface.scale
  const standing = room.things.filter(({ standsOn }) => standsOn === surface.name)
  const meant = picture.drawn.map(({ mark }) => mark === surface.name)
  const { seen, places } = picture
  const mask = new Uint8Array(seen.length)
  for (let pixel = 0; pixel < seen.length; pixel += 1) {
    if (!meant[seen[pixel]!]) continue
    const x = places[3 * pixel]!
    const y = places[3 * pixel + 1]!
    if (Math.abs(places[3 * pixel + 2]! - surface.zM) > LEVEL_M) continue
    if (x < surface.x[0] + need || x > surface.x[1] - need) continue
    if (y < surface.y[0] + need || y > surface.y[1] - need || !fits(x, y)) continue
    if (standing.every(({ at, model }) => Math.hypot(at[0] - x, at[1] - y) > model.radiusM + need)) mask[pixel] = 1
  }
  return mask
}

/** Left or right of a thing, as the camera sees it. */
const beside = ({ room }: RoomSight, { thing, rightM, awayM }: SeenThing, side: -1 | 1, scale: number) => {
  const edge = thing.model.radiusM
  return (x: number, y: number): boolean => {
    const place = onCameraGround(room.camera, [x, y])
    const out = side * (place.rightM - rightM) - edge
    return out > BESIDE_M[0] * scale && out < BESIDE_M[1] * scale && Math.abs(place.awayM - awayM) < ABREAST_M * scale
  }
}

/** Points at room for something: on a surface, or on it beside a thing. */
export const freeSpace: Asker = (sight, dice) => {
  const surfaces = sight.room.surfaces.filter(({ how }) => how === 'on')
  const plain = surfaces.map((surface) => ({
    surface,
    description: `free space on ${surface.name}`,
    about: [] as readonly string[],
    fits: () => true,
  }))
  const besides = sight.things.flatMap((seen) => {
    const surface = surfaces.find(({ name }) => name === seen.thing.standsOn)
    if (!surface) return []
    return ([-1, 1] as const).map((side) => ({
      surface,
      description: `free space on ${surface.name} ${side < 0 ? 'left' : 'right'} of ${the(seen.thing.name)}`,
      about: [seen.thing.name],
      fits: beside(sight, seen, side, surface.scale),
    }))
  })
  const candidates = dice.chance(0.35) ? dice.shuffled(plain) : dice.shuffled(besides)
  // Three are enough to try: each is a look at every pixel.
  for (const { surface, description, about, fits } of candidates.slice(0, 3)) {
    const mask = freeMask(sight, surface, fits)
    if (mask.reduce((sum, value) => sum + value, 0) < LEAST_PIXELS) continue
    const inner = innerPoint(mask, sight.room.camera.width)
    if (!inner) continue
    const skill = about.length === 0 ? 'point/free-space' : 'point/free-beside'
    return { task: 'point', skill, description, about, points: [inner.point], mask }
  }
  return undefined
}

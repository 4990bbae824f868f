import type { RoomSight, SeenThing } from './sight.ts'

/** Of a thing seen from another, as the camera sees both. */
export const DIRECTIONS = ['left', 'right', 'in front', 'behind'] as const
export type Direction = (typeof DIRECTIONS)[number]

/** Nearer to even than this a person would have to measure: in the image (share of its width), and in the room (m). */
const CLEAR_SHARE = 0.07
const CLEAR_M = 0.06
/** Of distances from the lens; m. */
const CLEARLY_NEARER_M = 0.12
/** Of heights. */
const CLEARLY_TALLER = 1.4
/** One axis has to be so many times the other. */
const CLEARLY_ALONG = 2

/** Whether `a` lies left of `b`; undefined where it is not clear. In the image and in the room. */
export const isLeftOf = ({ room }: RoomSight, a: SeenThing, b: SeenThing): boolean | undefined => {
  const inImage = b.sighting.x - a.sighting.x
  const inRoom = b.rightM - a.rightM
  if (Math.abs(inImage) < CLEAR_SHARE * room.camera.width || Math.abs(inRoom) < CLEAR_M) return undefined
  return inImage > 0 === inRoom > 0 ? inImage > 0 : undefined
}

/** Whether `a` is nearer to the camera than `b`; undefined where it is not clear. */
export const isNearer = (a: SeenThing, b: SeenThing): boolean | undefined =>
  Math.abs(a.distanceM - b.distanceM) < CLEARLY_NEARER_M ? undefined : a.distanceM < b.distanceM

/** Whether `a` is taller than `b`; undefined where it is not clear. */
export const isTaller = ({ thing: a }: SeenThing, { thing: b }: SeenThing): boolean | undefined => {
  const ratio = a.model.heightM / b.model.heightM
  return ratio < CLEARLY_TALLER && ratio > 1 / CLEARLY_TALLER ? undefined : ratio > 1
}

/** Where `a` lies seen from `b`, both on one surface; undefined where it is not clear. */
export const directionFrom = (sight: RoomSight, a: SeenThing, b: SeenThing): Direction | undefined => {
  if (a.thing.standsOn !== b.thing.standsOn) return undefined
  const [right, away] = [a.rightM - b.rightM, a.awayM - b.awayM]
  if (Math.abs(right) > CLEARLY_ALONG * Math.abs(away)) {
    const left = isLeftOf(sight, a, b)
    return left === undefined ? undefined : left ? 'left' : 'right'
  }
  if (Math.abs(away) > CLEARLY_ALONG * Math.abs(right) && Math.abs(away) > 1.5 * CLEAR_M) {
    return away < 0 ? 'in front' : 'behind'
  }
  return undefined
}

/** Off the line between its neighbours by less than this share of their distance; and by more than that it is clearly not. */
const BETWEEN = 0.2
const NOT_BETWEEN = 0.5

/** Whether `b` stands between `a` and `c`, all on one surface; undefined where it is not clear. */
export const isBetween = (b: SeenThing, a: SeenThing, c: SeenThing): boolean | undefined => {
  if (a.thing.standsOn !== b.thing.standsOn || c.thing.standsOn !== b.thing.standsOn) return undefined
  const [lineX, lineY] = [c.rightM - a.rightM, c.awayM - a.awayM]
  const [ownX, ownY] = [b.rightM - a.rightM, b.awayM - a.awayM]
  const squared = lineX ** 2 + lineY ** 2
  if (squared < (4 * CLEAR_M) ** 2) return undefined
  const along = (ownX * lineX + ownY * lineY) / squared
  const off = Math.abs(ownX * lineY - ownY * lineX) / squared
  if (off < BETWEEN && along > 0.2 && along < 0.8) return true
  return off > NOT_BETWEEN || along < -0.1 || along > 1.1 ? false : undefined
}

import { createDice, type Dice } from './dice.ts'
import { drawLayout, type Layout } from './layout.ts'
import { HOUSEHOLD_KINDS } from './models/household.ts'
import { KITCHEN_KINDS } from './models/kitchen.ts'
import type { Kind } from './models/model.ts'
import { drawLight } from './picture/light.ts'
import { type RoomCamera, roomCamera } from './picture/room-camera.ts'
import { type Look, nameOf, placeThings } from './place-things.ts'
import { ROOM_KINDS, type Room, type RoomKind } from './room.ts'

export const KINDS: readonly Kind[] = [...KITCHEN_KINDS, ...HOUSEHOLD_KINDS]

/** All multiples of 28: nothing is resized, and a pixel of the answer is one of the image. */
const SIZES = [
  [224, 168],
  [196, 140],
] as const

/** One in so many pairs of a kind and a colour is never trained on. */
const HELD_OUT = 7
/** Any; another keeps other pairs. */
const HASH_BEGIN = 7

/** As in red mug. A model has seen the kind and the colour, never both together. */
export const isHeldOutName = (name: string): boolean =>
  [...name].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, HASH_BEGIN) % HELD_OUT === 0

const isHeldOut = (look: Look): boolean => isHeldOutName(nameOf(look))

export interface RoomChoice {
  readonly seed: number
  readonly kind?: RoomKind
  /** Whether looks that are never trained on may stand in it; at least one then does, where there is one. */
  readonly heldOutLooks?: boolean
}

const FEWEST = 5
const MOST = 12

/** A room of a seed: the same every time. */
export const makeRoom = ({ seed, kind: asked, heldOutLooks = false }: RoomChoice): Room => {
  const dice = createDice(seed, 'room')
  const kind = asked ?? dice.pick(ROOM_KINDS)
  const layout = drawLayout(kind, dice)
  const surfaces = [...layout.surfaces, ...layout.fixtures.flatMap(({ inside }) => (inside ? [inside] : []))]
  return {
    kind,
    seed,
    surfaces,
    fixtures: layout.fixtures,
    scenery: layout.scenery,
    things: placeThings(drawLooks(dice, heldOutLooks), surfaces, dice),
    camera: drawCamera(layout, dice),
    light: drawLight(dice),
  }
}

/** Different ones; every other room has several of one kind. */
const drawLooks = (dice: Dice, heldOutLooks: boolean): readonly Look[] => {
  const count = dice.whole(FEWEST, MOST)
  const favourite = dice.pick(KINDS)
  const looks = new Map<string, Look>()
  const add = (look: Look): void => {
    if (heldOutLooks || !isHeldOut(look)) looks.set(nameOf(look), look)
  }
  const ofKind = (kind: Kind): Look => ({ kind, colour: dice.pick(kind.colours) })
  if (heldOutLooks) {
    const kept = KINDS.flatMap((kind) => kind.colours.map((colour) => ({ kind, colour }))).filter(isHeldOut)
    for (const look of dice.shuffled(kept).slice(0, 2)) add(look)
  }
  if (dice.chance(0.5)) for (let more = dice.whole(2, 3); more > 0; more -= 1) add(ofKind(favourite))
  for (let tries = 0; looks.size < count && tries < 4 * count; tries += 1) add(ofKind(dice.pick(KINDS)))
  // Large ones first: small ones still find a place.
  return dice.shuffled([...looks.values()]).toSorted((a, b) => Number(a.kind.portable) - Number(b.kind.portable))
}

const drawCamera = ({ focus, distanceM, pitchRad, yawRad }: Layout, dice: Dice): RoomCamera => {
  const [width, height] = dice.pick(SIZES)
  const distance = dice.between(...distanceM)
  const pitch = dice.between(...pitchRad)
  const yaw = dice.between(-yawRad, yawRad)
  const level = distance * Math.cos(pitch)
  return roomCamera({
    width,
    height,
    fieldOfViewRad: dice.between(0.85, 1.05),
    eye: [focus[0] + level * Math.sin(yaw), focus[1] - level * Math.cos(yaw), focus[2] + distance * Math.sin(pitch)],
    target: focus,
  })
}

import type { ColourName } from './colours.ts'
import { shadeOf } from './colours.ts'
import type { Dice } from './dice.ts'
import type { Kind, RoomModel } from './models/model.ts'
import type { Surface, Thing } from './room.ts'
import { VERTEX } from './shapes/mesh.ts'

/** A kind in a colour. */
export interface Look {
  readonly kind: Kind
  readonly colour: ColourName
}

export const nameOf = ({ kind, colour }: Look): string => `${colour} ${kind.name}`

/** Between the circles of two things; m. */
const GAP_M = 0.015
/** Places tried for a thing before it stays away. */
const TRIES = 24
/** A thing that can be stood on or in often is. */
const STACKED = 0.3
/** On things that stand on things nothing stands: two storeys are hard enough to take down. */
const STOREYS = 2

const scaled = (model: RoomModel, scale: number): RoomModel => {
  if (scale === 1) return model
  return {
    pieces: model.pieces.map((piece) => {
      const vertices = piece.mesh.vertices.map((value, index) => (isLength(index) ? value * scale : value))
      return { ...piece, mesh: { vertices } }
    }),
    radiusM: model.radiusM * scale,
    heightM: model.heightM * scale,
    ...(model.support && {
      support: {
        how: model.support.how,
        radiusM: model.support.radiusM * scale,
        heightM: model.support.heightM * scale,
      },
    }),
  }
}

/** Positions, not normals; textures keep their size. */
const isLength = (index: number): boolean => index % VERTEX < 3

/** Things of these looks, each where it fits; one that fits nowhere is left out. */
export const placeThings = (looks: readonly Look[], surfaces: readonly Surface[], dice: Dice): readonly Thing[] => {
  const things: Thing[] = []
  for (const look of looks) {
    const thing = onAnother(look, things, dice) ?? onSurface(look, things, surfaces, dice)
    if (thing) things.push(thing)
  }
  return things
}

const onAnother = (look: Look, things: readonly Thing[], dice: Dice): Thing | undefined => {
  if (!look.kind.portable || !dice.chance(STACKED)) return undefined
  const model = look.kind.build(shadeOf(look.colour, dice), dice)
  const taken = new Set(things.map(({ standsOn }) => standsOn))
  const hosts = things.filter(
    ({ model: { support }, standsOn, name }) =>
      support && support.radiusM >= model.radiusM && !taken.has(name) && storeys(things, standsOn) < STOREYS,
  )
  if (hosts.length === 0) return undefined
  const host = dice.pick(hosts)
  const { support } = host.model
  if (!support) return undefined
  return {
    ...look,
    name: nameOf(look),
    model,
    at: [host.at[0], host.at[1], host.at[2] + support.heightM],
    headingRad: dice.between(-Math.PI, Math.PI),
    standsOn: host.name,
    how: support.how,
  }
}

const storeys = (things: readonly Thing[], name: string): number => {
  const below = things.find((thing) => thing.name === name)
  return below ? 1 + storeys(things, below.standsOn) : 1
}

const onSurface = (
  look: Look,
  things: readonly Thing[],
  surfaces: readonly Surface[],
  dice: Dice,
): Thing | undefined => {
  const usable = surfaces.filter(({ how, name }) =>
    how === 'in' ? look.kind.portable : look.kind.places.includes(placeOf(name)),
  )
  if (usable.length === 0) return undefined
  const model = look.kind.build(shadeOf(look.colour, dice), dice)
  for (let turn = 0; turn < TRIES; turn += 1) {
    const on = dice.pick(usable)
    const { radiusM, heightM } = scaled(model, on.scale)
    if (heightM > on.clearanceM || on.x[1] - on.x[0] < 2 * radiusM || on.y[1] - on.y[0] < 2 * radiusM) continue
    const [x, y] = [
      dice.between(on.x[0] + radiusM, on.x[1] - radiusM),
      dice.between(on.y[0] + radiusM, on.y[1] - radiusM),
    ]
    const free = things.every(
      (other) =>
        Math.abs(other.at[2] - on.zM) > OTHER_STOREY_M ||
        Math.hypot(other.at[0] - x, other.at[1] - y) > other.model.radiusM + radiusM + GAP_M,
    )
    if (!free) continue
    return {
      ...look,
      name: nameOf(look),
      model: scaled(model, on.scale),
      at: [x, y, on.zM],
      headingRad: headingOf(look.kind, dice),
      standsOn: on.name,
      how: on.how,
    }
  }
  return undefined
}

/** Further up or down than this is another surface; m. */
const OTHER_STOREY_M = 0.2

const placeOf = (surface: string): 'surface' | 'floor' => (surface === 'the floor' ? 'floor' : 'surface')

/** A laptop's keyboard looks at who sits before it. */
const headingOf = ({ name }: Kind, dice: Dice): number =>
  name === 'laptop' ? dice.between(-0.5, 0.5) : dice.between(-Math.PI, Math.PI)

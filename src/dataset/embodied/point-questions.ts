import { type Dice, isLeftOf, isNearer, type RoomSight, type SeenThing, the } from '#simulator'
import type { Asked, Asker } from './asked.ts'
import { innerPoint } from './inner-point.ts'

/** «the mug» where there is only one, now and then; else with its colour. */
export const phraseOf = ({ room }: RoomSight, { thing }: SeenThing, dice: Dice): string => {
  const only = room.things.every((other) => other === thing || other.kind !== thing.kind)
  return the(only && dice.chance(0.25) ? thing.kind.name : thing.name)
}

const pointAt = (
  sight: RoomSight,
  seen: readonly SeenThing[],
  skill: string,
  description: string,
  about = seen,
): Asked => {
  const { width } = sight.room.camera
  const masks = seen.map(({ thing }) => sight.maskOf(({ mark }) => mark === thing.name))
  return {
    task: 'point',
    skill,
    description,
    about: about.map(({ thing }) => thing.name),
    // What is recognisable has pixels.
    points: masks.map((mask) => innerPoint(mask, width)!.point),
    mask: masks[0]!.map((_, pixel) => (masks.some((mask) => mask[pixel]) ? 1 : 0)),
  }
}

const one: Asker = (sight, dice) => {
  if (sight.things.length === 0) return undefined
  const seen = dice.pick(sight.things)
  return pointAt(sight, [seen], 'point/one', phraseOf(sight, seen, dice))
}

/** Several of a kind, all of which can be recognised or none of which shows. */
const severalOfAKind = (sight: RoomSight): readonly (readonly SeenThing[])[] => {
  const kinds = [...new Set(sight.things.map(({ thing }) => thing.kind))]
  return kinds
    .map((kind) => ({ kind, seen: sight.things.filter(({ thing }) => thing.kind === kind) }))
    .filter(({ kind, seen }) => seen.length > 1 && isComplete(sight, kind.name, seen.length))
    .map(({ seen }) => seen)
}

/** Whether nothing of a kind is half hidden: it could be counted or not. */
export const isComplete = ({ room, of }: RoomSight, kind: string, recognised: number): boolean =>
  room.things.filter((thing) => thing.kind.name === kind && of(thing.name) !== undefined).length === recognised

export const plural = (kind: string): string => {
  if (/(s|x|sh|ch)$/.test(kind)) return `${kind}es`
  return kind === 'knife' ? 'knives' : `${kind}s`
}

const all: Asker = (sight, dice) => {
  const groups = severalOfAKind(sight)
  if (groups.length === 0) return undefined
  const seen = dice.pick(groups)
  return pointAt(sight, seen, 'point/all', `all ${plural(seen[0]!.thing.kind.name)}`)
}

/** One of several of a kind, told by where it is. */
const told: Asker = (sight, dice) => {
  const groups = severalOfAKind(sight)
  if (groups.length === 0) return undefined
  const group = dice.pick(groups)
  const name = group[0]!.thing.kind.name
  const others = sight.things.filter(({ thing }) => thing.kind !== group[0]!.thing.kind)
  const byNeighbour = others.flatMap((other) => [
    {
      words: `the ${name} left of ${the(other.thing.name)}`,
      about: [other],
      fits: (a: SeenThing) => isLeftOf(sight, a, other),
    },
    {
      words: `the ${name} right of ${the(other.thing.name)}`,
      about: [other],
      fits: (a: SeenThing) => isLeftOf(sight, other, a),
    },
  ])
  const nearest = {
    words: `the ${name} nearest to the camera`,
    about: [],
    fits: (a: SeenThing) => {
      const answers = group.filter((b) => b !== a).map((b) => isNearer(a, b))
      return answers.includes(undefined) ? undefined : answers.every((is) => is)
    },
  }
  for (const { words, about, fits } of dice.shuffled([...byNeighbour, nearest])) {
    const answers = group.map(fits)
    if (answers.includes(undefined) || answers.filter((is) => is).length !== 1) continue
    const seen = group[answers.indexOf(true)]!
    return pointAt(sight, [seen], 'point/told', words, [seen, ...about])
  }
  return undefined
}

const stacked: Asker = (sight, dice) => {
  const onOthers = sight.things.flatMap((seen) => {
    const host = sight.things.find(({ thing }) => thing.name === seen.thing.standsOn)
    return host ? [{ seen, host }] : []
  })
  if (onOthers.length === 0) return undefined
  const { seen, host } = dice.pick(onOthers)
  const where = seen.thing.how === 'on' ? 'on' : 'in'
  return pointAt(sight, [seen], 'point/stacked', `the object ${where} ${the(host.thing.name)}`, [seen, host])
}

/** Smaller, nobody could tell what it is; px. */
const FIXTURE_PIXELS = 150

const fixture: Asker = (sight, dice) => {
  const names = sight.room.fixtures
    .map(({ name }) => name)
    .filter((name) => (sight.of(name)?.pixels ?? 0) > FIXTURE_PIXELS)
  if (names.length === 0) return undefined
  const name = dice.pick(names)
  const mask = sight.maskOf(({ mark }) => mark === name)
  const inner = innerPoint(mask, sight.room.camera.width)
  return inner && { task: 'point', skill: 'point/fixture', description: name, about: [], points: [inner.point], mask }
}

export const POINT_ASKERS: readonly Asker[] = [one, one, one, one, all, told, told, stacked, fixture]

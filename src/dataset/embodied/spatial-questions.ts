import {
  DIRECTIONS,
  type Dice,
  directionFrom,
  isBetween,
  isLeftOf,
  isNearer,
  isTaller,
  type RoomSight,
  type SeenThing,
  the,
} from '#simulator'
import type { AskedSpatial, Asker } from './asked.ts'
import { isComplete, phraseOf, plural } from './point-questions.ts'

const LESS_THAN = 3
const names = (seen: readonly SeenThing[]): readonly string[] => seen.map(({ thing }) => thing.name)

const yesNo = (skill: string, question: string, right: boolean, about: readonly SeenThing[]): AskedSpatial => ({
  task: 'spatial',
  skill,
  question,
  answers: 'yes-no',
  right: right ? 'yes' : 'no',
  about: names(about),
})

/** Of all groups of things the first, in a random order, for which the answer is the one wanted: yes as often as no. */
const withAnswer = (
  { things }: RoomSight,
  dice: Dice,
  count: 2 | 3,
  holds: (seen: readonly SeenThing[]) => boolean | undefined,
): { readonly seen: readonly SeenThing[]; readonly right: boolean } | undefined => {
  const right = dice.chance(0.5)
  const order = dice.shuffled(things)
  for (const a of order) {
    for (const b of order) {
      if (a === b) continue
      const groups = count === 2 ? [[a, b]] : order.filter((c) => c !== a && c !== b).map((c) => [a, b, c])
      const seen = groups.find((group) => holds(group) === right)
      if (seen) return { seen, right }
    }
  }
  return undefined
}

const side: Asker = (sight, dice) => {
  const left = dice.chance(0.5)
  const found = withAnswer(sight, dice, 2, ([a, b]) => (left ? isLeftOf(sight, a!, b!) : isLeftOf(sight, b!, a!)))
  if (!found) return undefined
  const [a, b] = found.seen.map((seen) => phraseOf(sight, seen, dice))
  return yesNo('spatial/side', `Is ${a} ${left ? 'left' : 'right'} of ${b}?`, found.right, found.seen)
}

const nearer: Asker = (sight, dice) => {
  const found = withAnswer(sight, dice, 2, ([a, b]) => isNearer(a!, b!))
  if (!found) return undefined
  const [a, b] = found.seen.map((seen) => phraseOf(sight, seen, dice))
  return yesNo('spatial/nearer', `Is ${a} nearer to the camera than ${b}?`, found.right, found.seen)
}

const between: Asker = (sight, dice) => {
  const found = withAnswer(sight, dice, 3, ([b, a, c]) => isBetween(b!, a!, c!))
  if (!found) return undefined
  const [b, a, c] = found.seen.map((seen) => phraseOf(sight, seen, dice))
  return yesNo('spatial/between', `Is ${b} between ${a} and ${c}?`, found.right, found.seen)
}

const stacked: Asker = (sight, dice) => {
  const hosts = sight.things.filter(({ thing }) => thing.model.support)
  if (hosts.length === 0) return undefined
  const found = withAnswer(sight, dice, 2, ([a, b]) =>
    hosts.includes(b!) ? a!.thing.standsOn === b!.thing.name : undefined,
  )
  if (!found) return undefined
  const [a, b] = found.seen
  const how = b!.thing.model.support?.how ?? 'on'
  return yesNo(
    'spatial/stacked',
    `Is ${phraseOf(sight, a!, dice)} ${how} ${the(b!.thing.name)}?`,
    found.right,
    found.seen,
  )
}

/** A front that shows less than this may be open or not; px. */
const FIXTURE_PIXELS = 200

const opened: Asker = (sight, dice) => {
  const drawers = sight.room.fixtures.filter(
    ({ name, kind }) => kind === 'drawer' && (sight.of(name)?.pixels ?? 0) > FIXTURE_PIXELS,
  )
  if (drawers.length === 0) return undefined
  const { name, open } = dice.pick(drawers)
  const word = dice.pick(['open', 'closed'] as const)
  return yesNo('spatial/open', `Is ${name} ${word}?`, open === (word === 'open'), [])
}

const exists: Asker = (sight, dice) => {
  const { things, room } = sight
  if (things.length === 0) return undefined
  const seen = dice.pick(things)
  const { kind, colour, name } = seen.thing
  if (dice.chance(0.5)) return yesNo('spatial/exists', `Is there a ${name}?`, true, [seen])
  // Of a kind that is there, in a colour that it does not have: the colour has to be looked at.
  const other = dice.pick(kind.colours.filter((each) => each !== colour))
  const absent = room.things.every((thing) => thing.kind !== kind || thing.colour !== other)
  return absent ? yesNo('spatial/exists', `Is there a ${other} ${kind.name}?`, false, [seen]) : undefined
}

const chosen = (
  skill: string,
  question: string,
  right: string,
  wrong: readonly string[],
  about: readonly SeenThing[],
  dice: Dice,
): AskedSpatial => ({
  task: 'spatial',
  skill,
  question,
  answers: dice.shuffled([right, ...wrong]),
  right,
  about: names(about),
})

const direction: Asker = (sight, dice) => {
  const order = dice.shuffled(sight.things)
  const wanted = dice.pick(DIRECTIONS)
  for (const a of order) {
    const b = order.find((other) => other !== a && directionFrom(sight, a, other) === wanted)
    if (!b) continue
    const wrong = DIRECTIONS.filter((each) => each !== wanted)
    const question = `Where is ${phraseOf(sight, a, dice)} from ${phraseOf(sight, b, dice)}?`
    return chosen('spatial/direction', question, wanted, wrong, [a, b], dice)
  }
  return undefined
}

/** Which of several is first by a relation that is clear between it and all others. */
const extreme =
  (
    skill: string,
    question: string,
    isFirst: (sight: RoomSight, a: SeenThing, b: SeenThing) => boolean | undefined,
  ): Asker =>
  (sight, dice) => {
    const few = dice.shuffled(sight.things).slice(0, dice.whole(2, 4))
    if (few.length < 2) return undefined
    const first = few.find((a) => few.every((b) => a === b || isFirst(sight, a, b) === true))
    if (!first) return undefined
    const wrong = few.filter((each) => each !== first).map(({ thing }) => the(thing.name))
    return chosen(skill, question, the(first.thing.name), wrong, few, dice)
  }

const whereOn: Asker = (sight, dice) => {
  const places = sight.room.surfaces.map(({ name }) => name)
  const on = sight.things.filter(({ thing }) => places.includes(thing.standsOn))
  if (places.length < 2 || on.length === 0) return undefined
  const seen = dice.pick(on)
  const wrong = places.filter((name) => name !== seen.thing.standsOn)
  return chosen('spatial/where', `Where is ${phraseOf(sight, seen, dice)}?`, seen.thing.standsOn, wrong, [seen], dice)
}

const free = (skill: string, question: string, right: string, about: readonly SeenThing[]): AskedSpatial => ({
  task: 'spatial',
  skill,
  question,
  answers: 'free',
  right,
  about: names(about),
})

const count: Asker = (sight, dice) => {
  if (sight.things.length === 0) return undefined
  const { kind } = dice.pick(sight.things).thing
  const seen = sight.things.filter(({ thing }) => thing.kind === kind)
  if (!isComplete(sight, kind.name, seen.length)) return undefined
  // Most are alone; counting to one is soon learnt.
  if (seen.length === 1 && dice.chance(0.5)) return undefined
  return free('spatial/count', `How many ${plural(kind.name)} can be seen?`, String(seen.length), seen)
}

const colour: Asker = (sight, dice) => {
  const alone = sight.things.filter(
    ({ thing }) => sight.room.things.filter(({ kind }) => kind === thing.kind).length === 1,
  )
  if (alone.length === 0) return undefined
  const seen = dice.pick(alone)
  return free('spatial/colour', `What colour is the ${seen.thing.kind.name}?`, seen.thing.colour, [seen])
}

const whatIsOn: Asker = (sight, dice) => {
  const stackedThings = sight.things.flatMap((seen) => {
    const host = sight.things.find(({ thing }) => thing.name === seen.thing.standsOn)
    return host ? [{ seen, host }] : []
  })
  if (stackedThings.length === 0) return undefined
  const { seen, host } = dice.pick(stackedThings)
  const question = `What is ${seen.thing.how} ${the(host.thing.name)}?`
  const wrong = dice.shuffled(sight.things.filter((each) => each !== seen && each !== host)).slice(0, LESS_THAN)
  return dice.chance(0.5) || wrong.length === 0
    ? free('spatial/what', question, seen.thing.name, [seen, host])
    : chosen(
        'spatial/what',
        question,
        the(seen.thing.name),
        wrong.map(({ thing }) => the(thing.name)),
        [seen, host],
        dice,
      )
}

export const SPATIAL_ASKERS: readonly Asker[] = [
  side,
  side,
  nearer,
  between,
  stacked,
  opened,
  exists,
  direction,
  direction,
  extreme('spatial/nearest', 'Which is nearest to the camera?', (_, a, b) => isNearer(a, b)),
  extreme('spatial/leftmost', 'Which is furthest to the left?', (sight, a, b) => isLeftOf(sight, a, b)),
  extreme('spatial/tallest', 'Which is the tallest?', (_, a, b) => isTaller(a, b)),
  whereOn,
  count,
  colour,
  whatIsOn,
]

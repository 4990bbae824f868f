import { the } from '#simulator'
import type { Asked, Asker } from './asked.ts'
import { innerPoint } from './inner-point.ts'

/** Of a part; fewer is a guess. */
const LEAST_PIXELS = 9

/** Where to take hold of a thing, a drawer or a door. */
export const affordance: Asker = (sight, dice) => {
  const ofThings = sight.things.flatMap(({ thing }) =>
    thing.kind.affordances.map(({ part, action }) => ({
      name: thing.name,
      object: the(thing.name),
      part,
      action,
      about: [thing.name],
    })),
  )
  const ofFixtures = sight.room.fixtures.map(({ name, open }) => ({
    name,
    object: name,
    part: 'handle',
    action: open ? 'close it' : 'open it',
    about: [],
  }))
  for (const { name, object, part, action, about } of dice.shuffled([...ofThings, ...ofFixtures])) {
    const mask = sight.maskOf((drawn) => drawn.mark === name && drawn.part === part)
    if (mask.reduce((sum, value) => sum + value, 0) < LEAST_PIXELS) continue
    const inner = innerPoint(mask, sight.room.camera.width)
    if (!inner) continue
    const asked: Asked = {
      task: 'affordance',
      skill: `affordance/${part}`,
      description: object,
      action,
      about,
      points: [inner.point],
      mask,
    }
    return asked
  }
  return undefined
}

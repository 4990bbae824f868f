import type { Dice, RoomSight } from '#simulator'
import { affordance } from './affordance-questions.ts'
import type { Asked, Asker } from './asked.ts'
import { freeSpace } from './free-space.ts'
import { PLAN_ASKERS } from './plan-questions.ts'
import { POINT_ASKERS } from './point-questions.ts'
import { SPATIAL_ASKERS } from './spatial-questions.ts'

/** Of each room: rendering it costs more than a question, but ten questions about one picture teach less than one about ten. */
const QUESTIONS: readonly (readonly Asker[])[] = [
  POINT_ASKERS,
  POINT_ASKERS,
  [affordance],
  [affordance, freeSpace, freeSpace],
  SPATIAL_ASKERS,
  SPATIAL_ASKERS,
  SPATIAL_ASKERS,
  PLAN_ASKERS,
]

/** Askers tried before a kind of question is left out: many rooms have no two mugs. */
const TRIES = 6

const wordsOf = (asked: Asked): string => {
  switch (asked.task) {
    case 'spatial':
      return asked.question
    case 'task-plan':
      return `${asked.skill} ${asked.goal}`
    default:
      return `${asked.task} ${asked.description} ${asked.action ?? ''}`
  }
}

/** Questions about a room, none twice. */
export const askAbout = (sight: RoomSight, dice: Dice): readonly Asked[] => {
  const asked = new Map<string, Asked>()
  for (const askers of QUESTIONS) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const found = dice.pick(askers)(sight, dice)
      if (!found || asked.has(wordsOf(found))) continue
      asked.set(wordsOf(found), found)
      break
    }
  }
  return [...asked.values()]
}

import { createChoices } from './families/choices.ts'
import { GRID_STEPS, type Lapse, stepsOf, worldWithLapses } from './lapses.ts'
import type { Course, World } from './world.ts'

/** How long the ego's own driver looks away, keeping lane and speed; longer is hardly ever safe. */
const AWAY: Lapse = { steps: stepsOf(1.5), on: (course) => course.coast() }
/** Where nothing happens it looks away all the same: look ups that ask for nothing have to be known too. */
const BORED_STEPS = stepsOf(9)

/** It looks away just when within 2 s it would change its pedal by so much. */
const MATTERS_STEPS = stepsOf(2)
const MATTERS_MPS2 = 1.2

/**
 * The same world, in which the ego's own driver looks away for 1.5 s at the worst moments. When it looks up nothing in the ego's
 * past tells what it has to do: only who sees the road knows.
 */
export const distractedWorld = (world: World): World =>
  worldWithLapses(
    world,
    (course, attentiveSteps) => (attentiveSteps >= BORED_STEPS || matters(course) ? AWAY : undefined),
    GRID_STEPS * Math.floor(createChoices(world.seed, 'looks away').between(0, BORED_STEPS / GRID_STEPS)),
  )

/** Whether it would soon brake or accelerate otherwise than now. */
const matters = (from: Course): boolean => {
  const now = from.moment.ego.accelerationMps2
  let course = from
  for (let step = 0; step < MATTERS_STEPS; step += 1) {
    course = course.next()
    if (Math.abs(course.moment.ego.accelerationMps2 - now) > MATTERS_MPS2) return true
  }
  return false
}

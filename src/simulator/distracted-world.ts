import { createChoices } from './families/choices.ts'
import type { Moment } from './moment.ts'
import { STEP_S } from './time.ts'
import type { Course, World } from './world.ts'

const stepsOf = (seconds: number): number => Math.round(seconds / STEP_S)

/** How long the ego's own driver looks away; longer is hardly ever safe. */
const AWAY_STEPS = stepsOf(1.5)
/** What truth tells after it has looked up, and where that it was safe has to show. */
const HORIZON_STEPS = stepsOf(4)
/** It does not look away again sooner, so that truth after a look up is of somebody who looks. */
const ATTENTIVE_STEPS = HORIZON_STEPS + stepsOf(0.5)
/** Where nothing happens it looks away all the same: look ups that ask for nothing have to be known too. */
const BORED_STEPS = stepsOf(9)
/** It looks away and up at full half seconds, when cameras of training data look. */
const GRID_STEPS = stepsOf(0.5)

/** It looks away just when within 2 s it would change its pedal by so much. */
const MATTERS_STEPS = stepsOf(2)
const MATTERS_MPS2 = 1.2

/** And only if it gets by with less afterwards: no emergency, no swerve; m/s^2. */
const HARDEST_BRAKING_MPS2 = 4.5
const SHARPEST_MPS2 = 4.5

/**
 * The same world, in which the ego's own driver looks away for 1.5 s at the worst moments, keeping lane and speed, and looks up
 * again (`moment.looksUp`). At that instant nothing in the ego's past tells what it has to do: only who sees the road knows.
 * In between, what it does within the next 4 s may be to look away, which nobody should learn.
 */
export const distractedWorld = (world: World): World => {
  const attentive =
    GRID_STEPS * Math.floor(createChoices(world.seed, 'looks away').between(0, BORED_STEPS / GRID_STEPS))
  return { ...world, begin: (vehicle) => watched(world.begin(vehicle), { looks: 'ahead', steps: attentive }) }
}

/** `steps`: since it looks ahead, or until it looks up. */
type Attention = { readonly looks: 'ahead' | 'away'; readonly steps: number }

const watched = (course: Course, attention: Attention): Course => {
  const { looks, steps } = attention
  const looksUp = looks === 'away' && steps === 0
  let unsteered: Course | undefined
  return {
    moment: looksUp ? { ...course.moment, looksUp } : course.moment,
    next(steered) {
      if (steered) return watched(course.next(steered), { looks: 'ahead', steps: 0 })
      if (!unsteered) {
        const now: Attention = looksUp ? { looks: 'ahead', steps: 0 } : attention
        unsteered =
          now.looks === 'away'
            ? watched(course.coast(), { looks: 'away', steps: steps - 1 })
            : looksAway(course, now.steps)
              ? watched(course.coast(), { looks: 'away', steps: AWAY_STEPS - 1 })
              : watched(course.next(), { looks: 'ahead', steps: now.steps + 1 })
      }
      return unsteered
    },
    coast: () => watched(course.coast(), { looks: 'ahead', steps: 0 }),
  }
}

const looksAway = (course: Course, attentiveSteps: number): boolean =>
  attentiveSteps >= ATTENTIVE_STEPS &&
  Math.round(course.moment.timeS / STEP_S) % GRID_STEPS === 0 &&
  (attentiveSteps >= BORED_STEPS || matters(course)) &&
  isSafeToLookAway(course)

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

const isSafeToLookAway = (from: Course): boolean => {
  let course = from
  for (let step = 0; step < AWAY_STEPS + HORIZON_STEPS; step += 1) {
    course = step < AWAY_STEPS ? course.coast() : course.next()
    if (isRough(course.moment)) return false
  }
  return true
}

const isRough = ({ ego: { speedMps, accelerationMps2, yawRateRadps } }: Moment): boolean =>
  accelerationMps2 < -HARDEST_BRAKING_MPS2 || Math.abs(speedMps * yawRateRadps) > SHARPEST_MPS2

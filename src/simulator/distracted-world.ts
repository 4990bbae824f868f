import { createChoices } from './families/choices.ts'
import type { Moment } from './moment.ts'
import { STEP_S } from './time.ts'
import type { Course, World } from './world.ts'

/** How long the ego's own driver looks away; longer is hardly ever safe. */
const AWAY_STEPS = Math.round(1.5 / STEP_S)
/** What truth tells after it has looked up, and where that it was safe has to show. */
const HORIZON_STEPS = Math.round(4 / STEP_S)
/** From one look up to the next: both, and a little. */
const PERIOD_STEPS = Math.round(6 / STEP_S)
/** It looks up at full half seconds, when cameras of training data look. */
const GRID_STEPS = Math.round(0.5 / STEP_S)

/** It looks away only if it gets by with less afterwards: no emergency, no swerve; m/s^2. */
const HARDEST_BRAKING_MPS2 = 4.5
const SHARPEST_MPS2 = 4.5

/**
 * The same world, in which the ego's own driver now and then looks away for 1.5 s, keeping lane and speed, and looks up
 * again (`moment.looksUp`). At that instant nothing in the ego's past tells what it has to do: only who sees the road knows.
 * In between, what it does within the next 4 s may be to look away, which nobody should learn.
 */
export const distractedWorld = (world: World): World => {
  const phase = GRID_STEPS * Math.floor(createChoices(world.seed, 'looks away').between(0, PERIOD_STEPS / GRID_STEPS))
  return { ...world, begin: (vehicle) => watched(world.begin(vehicle), phase, false) }
}

/** `isAway`: it looks away as this instant begins. */
const watched = (course: Course, phase: number, isAway: boolean): Course => {
  const left = stepsToLookUp(course.moment, phase)
  let unsteered: Course | undefined
  return {
    moment: isAway && left === 0 ? { ...course.moment, looksUp: true } : course.moment,
    next(steered) {
      if (steered) return watched(course.next(steered), phase, false)
      if (!unsteered) {
        const goesOnAway = left === AWAY_STEPS ? isSafeToLookAway(course) : isAway && left > 0
        unsteered = watched(goesOnAway ? course.coast() : course.next(), phase, goesOnAway)
      }
      return unsteered
    },
    coast: () => watched(course.coast(), phase, false),
  }
}

const stepsToLookUp = ({ timeS }: Moment, phase: number): number => {
  const since = (Math.round(timeS / STEP_S) - phase + PERIOD_STEPS) % PERIOD_STEPS
  return (PERIOD_STEPS - since) % PERIOD_STEPS
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

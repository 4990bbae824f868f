import type { Moment } from './moment.ts'
import { STEP_S } from './time.ts'
import type { Course, World } from './world.ts'

export const stepsOf = (seconds: number): number => Math.round(seconds / STEP_S)

/** A lapse begins and ends at full half seconds, when cameras of training data look. */
export const GRID_STEPS = stepsOf(0.5)
/** What truth tells after a lapse, and where that it was safe has to show. */
const HORIZON_STEPS = stepsOf(4)
/** None begins sooner after the one before, so that truth after a lapse is of somebody who drives well. */
const ATTENTIVE_STEPS = HORIZON_STEPS + GRID_STEPS

/** A lapse is good for training only if its driver gets by with less: no emergency, no swerve; m/s^2. */
const HARDEST_BRAKING_MPS2 = 4.5
const SHARPEST_MPS2 = 4.5

/** A while in which the ego's own driver does not drive as it should. */
export interface Lapse {
  /** How long it lasts, a multiple of GRID_STEPS. */
  readonly steps: number
  /** One step of it later. */
  on(course: Course, step: number): Course
}

/** What a driver would do now that has driven well for so many steps; undefined: go on driving well. */
export type Habit = (course: Course, attentiveSteps: number) => Lapse | undefined

/**
 * The same world, in which the ego's own driver lapses now and then, and looks up again (`moment.looksUp`): at that instant it
 * has to do what its past does not tell. In between, what it does within the next 4 s may be a lapse, which nobody should learn.
 * `attentiveSteps`: for how long it has driven well when the world begins.
 */
export const worldWithLapses = (world: World, habit: Habit, attentiveSteps: number): World => ({
  ...world,
  begin: (vehicle) => watched(world.begin(vehicle), { steps: attentiveSteps }, habit),
})

/** `steps`: for how long it has driven well, or of the lapse those that are over. */
type Attention = { readonly lapse?: Lapse; readonly steps: number }

const watched = (course: Course, attention: Attention, habit: Habit): Course => {
  const looksUp = attention.lapse !== undefined && attention.steps === attention.lapse.steps
  const lapseNow = (): Attention => {
    const { lapse, steps } = looksUp ? { steps: 0 } : attention
    if (lapse) return attention
    const begins = isFree(course, steps) ? habit(course, steps) : undefined
    return begins && isSafe(course, begins) ? { lapse: begins, steps: 0 } : { steps }
  }
  let unsteered: Course | undefined
  return {
    moment: looksUp ? { ...course.moment, looksUp } : course.moment,
    next(steered) {
      if (steered) return watched(course.next(steered), { steps: 0 }, habit)
      if (!unsteered) {
        const now = lapseNow()
        const after = now.lapse ? now.lapse.on(course, now.steps) : course.next()
        unsteered = watched(after, { ...now, steps: now.steps + 1 }, habit)
      }
      return unsteered
    },
    coast: () => watched(course.coast(), { steps: 0 }, habit),
    // What would follow is told of somebody who drives well.
    atSpeed: (speedMps) => course.atSpeed(speedMps),
  }
}

const isFree = ({ moment }: Course, attentiveSteps: number): boolean =>
  attentiveSteps >= ATTENTIVE_STEPS && Math.round(moment.timeS / STEP_S) % GRID_STEPS === 0

const isSafe = (from: Course, lapse: Lapse): boolean => {
  let course = from
  for (let step = 0; step < lapse.steps + HORIZON_STEPS; step += 1) {
    course = step < lapse.steps ? lapse.on(course, step) : course.next()
    if (isRough(course.moment)) return false
  }
  return true
}

/** Whether it takes an emergency to get by, or a swerve. */
export const isRough = ({ ego: { speedMps, accelerationMps2, yawRateRadps } }: Moment): boolean =>
  accelerationMps2 < -HARDEST_BRAKING_MPS2 || Math.abs(speedMps * yawRateRadps) > SHARPEST_MPS2

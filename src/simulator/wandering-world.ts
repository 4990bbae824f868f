import { extrapolateConstantTurnRate, normaliseAngle } from '#geometry'
import { createChoices } from './families/choices.ts'
import { GRID_STEPS, type Lapse, worldWithLapses } from './lapses.ts'
import type { EgoMotion } from './moment.ts'
import { STEP_S } from './time.ts'
import type { Course, World } from './world.ts'

/** Where it wanders to, against its lane: beside, and across; m, rad. */
const BESIDE_M = 1.1
const ACROSS_RAD = 0.09
/** Further from the middle of its lane than this it steers away no more; m. */
const FURTHEST_M = 1.3
/** Meanwhile it may brake for nothing, down to standing, or drive on faster; m/s^2. */
const SLOWER_MPS2 = 3.5
const FASTER_MPS2 = 1
/** How fast the foot moves; m/s^3. */
const JERK_MPS3 = 5
/** Sharper bends no hand on the wheel makes by mistake; m/s^2, 1/m. */
const SWERVE_MPS2 = 2.5
const SWERVE_PER_M = 0.12

/**
 * The same world, in which the ego's own driver leaves the middle of its lane and its speed now and then, as a car does that has
 * followed a bad plan, and then drives well again. Whoever has only seen good driving does not know the way back.
 */
export const wanderingWorld = (world: World): World =>
  worldWithLapses(
    world,
    ({ moment }) => {
      const choices = createChoices(world.seed, `${world.name} wanders at ${Math.round(moment.timeS / STEP_S)}`)
      // In a third it then stands for a while, or goes on slowly.
      const brakes = choices.chance(0.33)
      const isFree = moment.egoPlan.reasons.length === 0
      return wandering({
        steps: GRID_STEPS * choices.whole(3, brakes ? 10 : 6),
        fromMps: moment.ego.speedMps,
        besideM: (choices.chance(0.5) ? 1 : -1) * choices.between(0.2, 1) * BESIDE_M,
        acrossRad: choices.between(-ACROSS_RAD, ACROSS_RAD),
        accelerationMps2: brakes ? -choices.between(1.5, SLOWER_MPS2) : choices.between(-1.5, isFree ? FASTER_MPS2 : 0),
      })
    },
    0,
  )

interface Wandering {
  readonly steps: number
  readonly fromMps: number
  readonly besideM: number
  readonly acrossRad: number
  readonly accelerationMps2: number
}

const wandering = ({ steps, fromMps, besideM, acrossRad, accelerationMps2 }: Wandering): Lapse => {
  const standsAfterS = accelerationMps2 < 0 ? -fromMps / accelerationMps2 : Number.POSITIVE_INFINITY
  const movedM = (step: number): number => {
    const timeS = Math.min(step * STEP_S, standsAfterS)
    return fromMps * timeS + (accelerationMps2 / 2) * timeS ** 2
  }
  // On a way of length L a bend of 2 pi b / L^2 sin(2 pi s / L) ends b beside, one of pi a / 2 L sin(pi s / L) ends turned by a.
  const lengthM = Math.max(movedM(steps), 4)
  const bendOf = (share: number): number =>
    ((2 * Math.PI * besideM) / lengthM ** 2) * Math.sin(2 * Math.PI * share) +
    ((Math.PI * acrossRad) / (2 * lengthM)) * Math.sin(Math.PI * share)
  return {
    steps,
    on(course, step) {
      const { ego, egoPlan } = course.moment
      const most = Math.min(SWERVE_PER_M, SWERVE_MPS2 / Math.max(ego.speedMps, 1) ** 2)
      const strays = Math.abs(egoPlan.lateralM) > FURTHEST_M
      const bend = strays ? 0 : Math.min(Math.max(bendOf(movedM(step) / lengthM), -most), most)
      return course.next(drivenOn(ego, laneBend(course) + bend, accelerationMps2))
    },
  }
}

/** Where its own driver would steer. */
const laneBend = (course: Course): number => {
  const { pose, speedMps } = course.moment.ego
  const movedM = speedMps * STEP_S
  if (movedM < 0.05) return 0
  return normaliseAngle(course.coast().moment.ego.pose.headingRad - pose.headingRad) / movedM
}

const drivenOn = (ego: EgoMotion, bend: number, towardMps2: number): EgoMotion => {
  const change = Math.min(Math.max(towardMps2 - ego.accelerationMps2, -JERK_MPS3 * STEP_S), JERK_MPS3 * STEP_S)
  const speedMps = Math.max(ego.speedMps + (ego.accelerationMps2 + change) * STEP_S, 0)
  return {
    pose: extrapolateConstantTurnRate(ego.pose, 1, bend, ((ego.speedMps + speedMps) / 2) * STEP_S),
    speedMps,
    accelerationMps2: (speedMps - ego.speedMps) / STEP_S,
    yawRateRadps: speedMps * bend,
  }
}

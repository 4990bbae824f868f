import { normaliseAngle } from '#geometry'
import { type EgoMotion, STEP_S } from '#simulator'
import { COMFORT } from '../driving/navsim/comfort.ts'
import { savitzkyGolay } from '../driving/navsim/savitzky-golay.ts'
import type { ComfortScore } from './score.ts'

/** nuPlan looks at 10 Hz: every second step of the world. */
const STEPS = 2
const PERIOD_S = STEPS * STEP_S
/** nuPlan's windows, in samples: of accelerations (8, here 7: an even one has no middle) and of jerks and turns. */
const SHORT = 7
const LONG = 15

/** The ride against nuPlan's six limits, smoothed as nuPlan does; one motion a step of the world. */
export const comfortOf = (ride: readonly EgoMotion[]): ComfortScore => {
  const sampled = ride.filter((_, index) => index % STEPS === 0)
  if (sampled.length < LONG) return { comfortable: true, limits: {} }
  const smooth = (values: readonly number[], window: number, order: number, derivative: number): readonly number[] =>
    savitzkyGolay(values, { window, order, derivative, stepS: PERIOD_S })
  const along = smooth(
    sampled.map(({ accelerationMps2 }) => accelerationMps2),
    SHORT,
    2,
    0,
  )
  const across = smooth(
    sampled.map(({ speedMps, yawRateRadps }) => speedMps * yawRateRadps),
    SHORT,
    2,
    0,
  )
  const whole = along.map((value, index) => Math.hypot(value, across[index]!))
  let turned = sampled[0]!.pose.headingRad
  const headings = sampled.map(({ pose }) => {
    turned += normaliseAngle(pose.headingRad - turned)
    return turned
  })
  const used: Readonly<Record<string, readonly number[]>> = {
    accelerationMps2: along.map((value) => value / COMFORT.mostAccelerationMps2),
    decelerationMps2: along.map((value) => value / COMFORT.leastAccelerationMps2),
    lateralAccelerationMps2: across.map((value) => Math.abs(value) / COMFORT.lateralAccelerationMps2),
    longitudinalJerkMps3: smooth(along, LONG, 2, 1).map((value) => Math.abs(value) / COMFORT.longitudinalJerkMps3),
    jerkMps3: smooth(whole, LONG, 2, 1).map((value) => Math.abs(value) / COMFORT.jerkMps3),
    yawRateRadps: smooth(headings, LONG, 2, 1).map((value) => Math.abs(value) / COMFORT.yawRateRadps),
    yawAccelerationRadps2: smooth(headings, LONG, 3, 2).map((value) => Math.abs(value) / COMFORT.yawAccelerationRadps2),
  }
  const limits = Object.fromEntries(
    Object.entries(used).map(([name, shares]) => [
      name,
      {
        worst: Math.max(0, ...shares),
        exceeded: shares.filter((share) => share > 1).length / shares.length,
      },
    ]),
  )
  return { comfortable: Object.values(limits).every(({ exceeded }) => exceeded === 0), limits }
}

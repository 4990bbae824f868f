import { normaliseAngle } from '#geometry'
import type { PlanState } from './plan-states.ts'
import { STEP_S } from './plan-states.ts'
import { savitzkyGolay } from './savitzky-golay.ts'

/** nuPlan's limits, which are NAVSIM's: what people drive, 99 of 100. */
export const COMFORT = {
  jerkMps3: 8.37,
  longitudinalJerkMps3: 4.13,
  lateralAccelerationMps2: 4.89,
  leastAccelerationMps2: -4.05,
  mostAccelerationMps2: 2.4,
  yawAccelerationRadps2: 1.93,
  yawRateRadps: 0.95,
} as const

/** What comfort looks at: one value a step of 0.1 s. */
export type Ride = Pick<PlanState, 'accelerationMps2' | 'lateralAccelerationMps2'> & { readonly headingRad: number }

export const rideOf = (states: readonly PlanState[]): readonly Ride[] =>
  states.map(({ pose, ...state }) => ({ ...state, headingRad: pose.headingRad }))

/** Smoothed jerks, accelerations and rates of a ride, as NAVSIM makes them; its window of 8 samples is 7 here, as an even one has no middle. */
export const rideRates = (ride: readonly Ride[]) => {
  const all = ride.length - ((ride.length + 1) % 2)
  const whole = { window: all, order: 2, derivative: 0, stepS: STEP_S }
  const jerkOf = (values: readonly number[]) =>
    savitzkyGolay(savitzkyGolay(values, { ...whole, window: 7 }), { ...whole, derivative: 1 })
  const along = ride.map(({ accelerationMps2 }) => accelerationMps2)
  const across = ride.map(({ lateralAccelerationMps2 }) => lateralAccelerationMps2)
  const headings = unwrapped(ride.map(({ headingRad }) => headingRad))
  return {
    accelerationMps2: savitzkyGolay(along, whole),
    lateralAccelerationMps2: savitzkyGolay(across, whole),
    jerkMps3: jerkOf(
      ride.map(({ accelerationMps2, lateralAccelerationMps2 }) =>
        Math.hypot(accelerationMps2, lateralAccelerationMps2),
      ),
    ),
    longitudinalJerkMps3: jerkOf(along),
    yawRateRadps: savitzkyGolay(headings, { window: 5, order: 2, derivative: 1, stepS: STEP_S }),
    yawAccelerationRadps2: savitzkyGolay(headings, { window: 5, order: 3, derivative: 2, stepS: STEP_S }),
  }
}

const unwrapped = (headings: readonly number[]): readonly number[] => {
  let last = headings[0] ?? 0
  return headings.map((heading) => {
    last += normaliseAngle(heading - last)
    return last
  })
}

/** Whether a ride keeps all six limits. */
export const isComfortable = (ride: readonly Ride[]): boolean => {
  const rates = rideRates(ride)
  const within = (values: readonly number[], least: number, most: number): boolean =>
    values.every((value) => value > least && value < most)
  const around = (values: readonly number[], most: number): boolean => within(values, -most, most)
  return (
    within(rates.accelerationMps2, COMFORT.leastAccelerationMps2, COMFORT.mostAccelerationMps2) &&
    around(rates.lateralAccelerationMps2, COMFORT.lateralAccelerationMps2) &&
    around(rates.jerkMps3, COMFORT.jerkMps3) &&
    around(rates.longitudinalJerkMps3, COMFORT.longitudinalJerkMps3) &&
    around(rates.yawRateRadps, COMFORT.yawRateRadps) &&
    around(rates.yawAccelerationRadps2, COMFORT.yawAccelerationRadps2)
  )
}

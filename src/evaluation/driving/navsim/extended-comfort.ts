import { rideOf, rideRates } from './comfort.ts'
import { type PlanState, STEP_S } from './plan-states.ts'

/** NAVSIM v2: how far two plans that follow one another may differ where both speak, root mean square. */
const DIFFERENCE = { accelerationMps2: 0.7, jerkMps3: 0.5, yawRateRadps: 0.1, yawAccelerationRadps2: 0.1 } as const

const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length)

/** Whether a plan goes on as the one `laterS` before it said: a driver who thinks anew at every frame is no comfort. */
export const isSteady = (before: readonly PlanState[], now: readonly PlanState[], laterS: number): boolean => {
  const shift = Math.round(laterS / STEP_S)
  const [a, b] = [rideRates(rideOf(before)), rideRates(rideOf(now))]
  const differs = (name: keyof typeof DIFFERENCE): boolean => {
    const [left, right] = name === 'accelerationMps2' ? [magnitudes(before), magnitudes(now)] : [a[name], b[name]]
    const both = left.slice(shift)
    return rootMeanSquare(both.map((value, index) => value - right[index]!)) > DIFFERENCE[name]
  }
  return !Object.keys(DIFFERENCE).some((name) => differs(name as keyof typeof DIFFERENCE))
}

const magnitudes = (states: readonly PlanState[]): readonly number[] =>
  states.map(({ accelerationMps2, lateralAccelerationMps2 }) => Math.hypot(accelerationMps2, lateralAccelerationMps2))

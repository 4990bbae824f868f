import { differentiate, trajectoryAccelerations } from '#geometry'
import { above, type Check } from '../check.ts'
import { segmentsOf } from '../trajectory.ts'

/** A car that comes to stand lets go of the brake all at once: slower than this, the end of braking is no jerk; m/s. */
const COMING_TO_STAND_MPS = 0.5

/** The acceleration changes no faster than a driver, or in braking a brake, changes it. */
export const jerk: Check = (nodes, { limits }) => {
  const segments = segmentsOf(nodes)
  return differentiate(trajectoryAccelerations(nodes)).flatMap(({ value }, index) => {
    const last = segments[index + 2]
    const comesToStand = last !== undefined && Math.abs(last.speedMps) < COMING_TO_STAND_MPS
    return [
      ...(comesToStand ? [] : above('jerk', value, limits.jerkMps3, 'm/s^3', 'jerk toward acceleration', last?.step)),
      ...above('jerk', -value, limits.brakingJerkMps3, 'm/s^3', 'jerk toward braking', last?.step),
    ]
  })
}

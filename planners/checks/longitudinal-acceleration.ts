import { trajectoryAccelerations } from '#geometry'
import { above, type Check } from '../check.ts'

/** Speeds up no harder than a driver would, and brakes no harder than a car can. */
export const longitudinalAcceleration: Check = (nodes, { limits }) =>
  trajectoryAccelerations(nodes).flatMap(({ value }, index) => {
    const step = nodes[index + 1]?.step
    return [
      ...above('longitudinal-acceleration', value, limits.accelerationMps2, 'm/s^2', 'acceleration', step),
      ...above('longitudinal-acceleration', -value, limits.decelerationMps2, 'm/s^2', 'deceleration', step),
    ]
  })

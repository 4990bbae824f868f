import { above, type Check } from '../check.ts'
import { segmentsOf } from '../trajectory.ts'

/** Bends are taken slowly enough. */
export const lateralAcceleration: Check = (nodes, { limits }) =>
  segmentsOf(nodes).flatMap(({ lateralAccelerationMps2, speedMps, durationS, step }) => {
    const limit = limits.lateralAccelerationMps2 + (Math.abs(speedMps) * limits.headingResolutionRad) / durationS
    return above(
      'lateral-acceleration',
      Math.abs(lateralAccelerationMps2),
      limit,
      'm/s^2',
      'lateral acceleration',
      step,
    )
  })

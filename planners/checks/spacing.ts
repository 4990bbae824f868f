import { above, type Check } from '../check.ts'
import { segmentsOf } from '../trajectory.ts'

/** No two poses are further apart than the fastest car gets. */
export const spacing: Check = (nodes, { limits }) =>
  segmentsOf(nodes).flatMap(({ speedMps, step }) =>
    above('spacing', Math.abs(speedMps), limits.maxSpeedMps, 'm/s', 'distance between poses over time', step),
  )

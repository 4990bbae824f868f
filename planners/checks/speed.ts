import { above, type Check } from '../check.ts'
import { segmentsOf } from '../trajectory.ts'

/** The stated speeds are those that the poses and their times make. */
export const speed: Check = (nodes, { limits }) =>
  segmentsOf(nodes).flatMap(({ speedMps, step }, index) => {
    const statedMps = (nodes[index]!.speedMps + nodes[index + 1]!.speedMps) / 2
    const mismatch = Math.abs(speedMps - statedMps)
    return above('speed', mismatch, limits.speedMismatchMps, 'm/s', 'speed stated against poses and stamps', step)
  })

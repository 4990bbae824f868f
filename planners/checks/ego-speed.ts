import { above, type Check } from '../check.ts'
import { speedNow } from '../trajectory.ts'

/** The plan's speed now is the ego's: nothing to catch up with. An ego whose speed nobody knows follows no plan. */
export const egoSpeed: Check = (nodes, { egoSpeedMps, limits }) => {
  const plannedMps = speedNow(nodes) ?? nodes[0]?.speedMps ?? Number.NaN
  const mismatch = Math.abs(plannedMps - (egoSpeedMps ?? Number.NaN))
  return above('ego-speed', mismatch, limits.egoSpeedMismatchMps, 'm/s', 'planned speed now against the ego')
}

import { above, type Check } from '../check.ts'
import { speedNow } from '../trajectory.ts'

/**
 * The plan's speed now is the ego's: nothing to catch up with. An ego whose speed nobody knows follows no plan. A trajectory
 * that begins later than now says nothing of now: its first pose is checked.
 */
export const egoSpeed: Check = (nodes, { egoSpeedMps = Number.NaN, limits }) => {
  const mismatch = Math.abs((speedNow(nodes) ?? egoSpeedMps) - egoSpeedMps)
  return above('ego-speed', mismatch, limits.egoSpeedMismatchMps, 'm/s', 'planned speed now against the ego')
}

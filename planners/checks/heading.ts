import { above, type Check } from '../check.ts'
import { segmentsOf } from '../trajectory.ts'

/** The car moves where it points: forward, and not sideways. */
export const heading: Check = (nodes, { limits }) =>
  segmentsOf(nodes).flatMap(({ lengthM, slipRad, step }) => {
    const offRad = lengthM < 0 ? Math.PI - Math.abs(slipRad) : Math.abs(slipRad)
    // Over a distance of the slack or less every direction is allowed: that is standing.
    const slackRad = Math.abs(lengthM) <= limits.slipSlackM ? Math.PI : Math.asin(limits.slipSlackM / Math.abs(lengthM))
    return above('heading', offRad, limits.slipRad + slackRad, 'rad', 'direction of travel against heading', step)
  })

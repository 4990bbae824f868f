import { type PlanarBox, relativePlanar } from '#geometry'
import { otherAt } from './others.ts'
import { HORIZON_S } from './plan-states.ts'
import type { Driven, Situation } from './situation.ts'
import { touch } from './touch.ts'

/** NAVSIM: from each state straight on at its speed; s. */
const AHEAD_S = [0, 0.3, 0.6, 0.9] as const
/** Who is slower cannot be too late; m/s. */
const STANDING_MPS = 0.005
/** nuPlan: ahead is within 30 degrees of the ego's direction, behind within 30 of its opposite; rad. */
const AHEAD_RAD = Math.PI / 6

const carriedOn = ({ pose, ...size }: PlanarBox, distanceM: number): PlanarBox => ({
  ...size,
  pose: {
    ...pose,
    xM: pose.xM + Math.cos(pose.headingRad) * distanceM,
    yM: pose.yM + Math.sin(pose.headingRad) * distanceM,
  },
})

/**
 * TTC: 1 unless the ego, going straight on at its speed for 0.9 s from any place of the plan, meets somebody ahead of it, or
 * beside it where it is in several lanes, off the road or in a junction.
 */
export const timeToCollision = ({ states, bodies, areas }: Driven, { others }: Situation): 0 | 1 => {
  const excused = new Set<string>()
  for (const other of others) {
    const box = otherAt(other, 0)
    if (box && touch(bodies[0]!, box)) excused.add(other.id)
  }
  for (const [index, { timeS, speedMps, pose }] of states.entries()) {
    if (Math.abs(speedMps) < STANDING_MPS) continue
    const { inSeveralLanes, offDrivable, inJunction } = areas[index]!
    for (const aheadS of AHEAD_S) {
      // Where others are is known as far as the plan reaches.
      if (timeS + aheadS > HORIZON_S + 1e-9) break
      const body = carriedOn(bodies[index]!, speedMps * aheadS)
      for (const other of others) {
        const box = otherAt(other, timeS + aheadS)
        if (!box || excused.has(other.id) || !touch(body, box)) continue
        const { xM, yM } = relativePlanar(pose, box.pose)
        const bearingRad = Math.abs(Math.atan2(yM, xM))
        const beside = bearingRad < Math.PI - AHEAD_RAD
        if (bearingRad < AHEAD_RAD || ((inSeveralLanes || offDrivable || inJunction) && beside)) return 0
        excused.add(other.id)
      }
    }
  }
  return 1
}

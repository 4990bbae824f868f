import { type PlanarBox, planarPointInTarget, relativePlanar } from '#geometry'
import { isStanding, otherAt } from './others.ts'
import type { Driven, Situation } from './situation.ts'
import { touch } from './touch.ts'

/** Slower than this the ego stands: who then touches it is to blame (nuPlan); m/s. */
const STANDING_MPS = 0.05

/** The front bumper: the front edge, a centimetre deep. */
const frontOf = ({ pose, lengthM, widthM }: PlanarBox): PlanarBox => ({
  pose: { ...pose, ...planarPointInTarget(pose, { xM: lengthM / 2, yM: 0 }) },
  lengthM: 0.01,
  widthM,
})

/**
 * NC: 1 without a collision that is the ego's fault, else 0 (½, a standing thing that is nobody, is not in these worlds). At fault:
 * it runs with its front into somebody, or into who stands; at its side only where it is in several lanes or off the road. Whom
 * it touches at the beginning, and who ran into it, no longer counts.
 */
export const noAtFaultCollision = ({ states, bodies, areas }: Driven, { others }: Situation): 0 | 1 => {
  const excused = new Set<string>()
  for (const [index, { timeS, speedMps }] of states.entries()) {
    const body = bodies[index]!
    const { inSeveralLanes, offDrivable } = areas[index]!
    for (const other of others) {
      const box = otherAt(other, timeS)
      if (!box || excused.has(other.id) || !touch(body, box)) continue
      const behind = relativePlanar(body.pose, box.pose).xM < -body.lengthM / 2
      const active = index > 0 && Math.abs(speedMps) > STANDING_MPS && !behind
      const frontal = isStanding(other, timeS) || touch(frontOf(body), box)
      if (active && (frontal || inSeveralLanes || offDrivable)) return 0
      excused.add(other.id)
    }
  }
  return 1
}

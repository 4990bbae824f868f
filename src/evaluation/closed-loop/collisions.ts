import { type PlanarBox, planarBoxesOverlap, planarPointInTarget, relativePlanar } from '#geometry'
import { type Moment, sizeOf } from '#simulator'
import type { EgoArea } from '../driving/navsim/ego-area.ts'
import type { Collision, Contact } from './score.ts'

/** Slower than this it stands: who then touches it is to blame (nuPlan); m/s. */
const STANDING_MPS = 0.05
/** Nobody further away touches the ego: half a bus and half a car; m. */
const NEAR_M = 12

/** New collisions of an instant; `known` are agents that were touched before. */
export const collisionsAt = (
  { ego, agents }: Moment,
  body: PlanarBox,
  area: EgoArea,
  known: ReadonlySet<string>,
  timeS: number,
): readonly Collision[] =>
  agents.flatMap(({ id, look, pose, speedMps }): readonly Collision[] => {
    if (known.has(id) || Math.hypot(pose.xM - body.pose.xM, pose.yM - body.pose.yM) > NEAR_M) return []
    const { x: lengthM, y: widthM } = sizeOf(look)
    const box: PlanarBox = { pose, lengthM, widthM }
    if (!planarBoxesOverlap(body, box)) return []
    const contact = contactOf(body, box, ego.speedMps, speedMps)
    const atFault =
      contact === 'front' ||
      contact === 'standing-agent' ||
      (contact === 'side' && (area.inSeveralLanes || area.offDrivable))
    const agent = look.kind === 'car' ? 'vehicle' : look.kind
    return [{ timeS, agentId: id, agent, contact, atFault, speedMps: ego.speedMps }]
  })

const contactOf = (body: PlanarBox, box: PlanarBox, egoMps: number, agentMps: number): Contact => {
  if (Math.abs(egoMps) <= STANDING_MPS) return 'standing-ego'
  if (relativePlanar(body.pose, box.pose).xM < -body.lengthM / 2) return 'rear'
  if (Math.abs(agentMps) <= STANDING_MPS) return 'standing-agent'
  return planarBoxesOverlap(frontOf(body), box) ? 'front' : 'side'
}

/** The front bumper: the front edge, a centimetre deep. */
const frontOf = ({ pose, lengthM, widthM }: PlanarBox): PlanarBox => ({
  pose: { ...pose, ...planarPointInTarget(pose, { xM: lengthM / 2, yM: 0 }) },
  lengthM: 0.01,
  widthM,
})

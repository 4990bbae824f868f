import { normaliseAngle } from '#geometry'
import { Prediction_Intention as Intention, Perception_Motion as Motion } from '#messages'
import type { Agent, EgoMotion, Moment } from '../moment.ts'

/** Steps of the world from one told place to the next: 0.5 s, and how many are told: 4 s. */
export const STEPS_PER_POSE = 10
export const POSES = 8

/** Slower is standing; m/s. */
const STANDING_MPS = 0.3
/** A way that turns less than this within 4 s does not turn yet; rad. */
const TURNED_RAD = 0.3
/** Who loses this much of its speed, and at least that much, lets others go first; share, m/s. */
const YIELDING = { share: 0.45, lossMps: 2 } as const

/** What each agent of the first moment does in those that follow it; one every step. */
export const futuresOf = (moments: readonly Moment[]) => {
  const [now] = moments
  if (!now) throw new Error('a future begins with a present')
  const byId = moments.map(({ agents }) => new Map(agents.map((agent) => [agent.id, agent])))
  return now.agents.map((agent) => {
    const later = byId.flatMap((agents) => agents.get(agent.id) ?? [])
    return {
      agentId: agent.id,
      intention: intentionOf(agent, later),
      motion: motionOf(agent, now.ego),
      pathInMap: Array.from({ length: POSES }, (_, index) => byId[(index + 1) * STEPS_PER_POSE]?.get(agent.id)?.pose)
        .filter((pose) => pose !== undefined)
        .map(({ xM, yM, headingRad }) => ({ xM, yM, headingRad })),
    }
  })
}

const intentionOf = (agent: Agent, later: readonly Agent[]): Intention => {
  if (agent.parked) return Intention.PARK
  const last = later.at(-1)!
  if (agent.look.kind === 'pedestrian') {
    if (later.some(({ crosses, speedMps }) => crosses && speedMps > 0)) return Intention.CROSS
    return last.speedMps < STANDING_MPS ? Intention.STOP : Intention.KEEP
  }
  const slowest = Math.min(...later.map(({ speedMps }) => speedMps))
  const turnedRad = normaliseAngle(last.pose.headingRad - agent.pose.headingRad)
  const turn = later.find(({ turns }) => turns !== undefined)?.turns
  if (turn === 'left' && turnedRad > TURNED_RAD) return Intention.TURN_LEFT
  if (turn === 'right' && turnedRad < -TURNED_RAD) return Intention.TURN_RIGHT
  if (last.speedMps < STANDING_MPS) return Intention.STOP
  const changes = later.slice(0, later.length / 2).find(({ turns }) => turns?.startsWith('change-lane'))?.turns
  if (changes) return changes === 'change-lane-left' ? Intention.CHANGE_LANE_LEFT : Intention.CHANGE_LANE_RIGHT
  const lossMps = agent.speedMps - slowest
  return lossMps > YIELDING.lossMps && lossMps > YIELDING.share * agent.speedMps ? Intention.YIELD : Intention.KEEP
}

const motionOf = ({ parked, speedMps, pose }: Agent, ego: EgoMotion): Motion => {
  if (parked) return Motion.PARKED
  if (speedMps < STANDING_MPS) return Motion.STOPPED
  const against = Math.abs(normaliseAngle(pose.headingRad - ego.pose.headingRad))
  if (against < Math.PI / 4) return Motion.SAME_DIRECTION
  return against > (3 * Math.PI) / 4 ? Motion.ONCOMING : Motion.CROSSING
}

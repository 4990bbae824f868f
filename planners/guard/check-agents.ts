import { type PlanarBox, planarBoxesOverlap, planarPointInTarget, poseAtTime, relativePlanar } from '#geometry'
import { below, type Finding } from '../check.ts'
import { STANDING_MPS } from '../limits.ts'
import type { GuardAgent } from './guard-agent.ts'
import type { GuardConfig } from './guard-config.ts'
import type { PlanMotion } from './plan-motion.ts'

/** The ego from above; a rig's vehicle is one. */
export interface EgoBody {
  /** Bumper to bumper; m. */
  readonly lengthM: number
  readonly widthM: number
  /** Rear axle to rear bumper; m. */
  readonly rearOverhangM: number
}

/** nuPlan's step of time to collision; s. */
const STEP_S = 0.1

/**
 * Whether the ego on the plan would run into an agent on its path: with its front half, and moving. Who runs into the ego is
 * not the plan's doing (NAVSIM's at-fault rule), and an agent whose place the ego already covers is a wrong track, or past
 * planning.
 */
export const checkAgents = (
  agents: readonly GuardAgent[],
  { nodes, durationS }: PlanMotion,
  { lengthM, widthM, rearOverhangM }: EgoBody,
  config: GuardConfig,
): readonly Finding[] => {
  const horizonS = Math.min(config.meetingHorizonS, durationS)
  if (!(horizonS > 0)) return []
  const egoAt = (timeS: number): PlanarBox | undefined => {
    const pose = poseAtTime(nodes, timeS)
    const centre = pose && planarPointInTarget(pose, { xM: lengthM / 2 - rearOverhangM, yM: 0 })
    return pose && centre && { pose: { ...pose, ...centre }, lengthM, widthM }
  }
  const meetsAt = ({ path, ...size }: GuardAgent, timeS: number): 'ahead' | 'behind' | undefined => {
    const pose = poseAtTime(path, timeS)
    const box = egoAt(timeS)
    if (!pose || !box || !planarBoxesOverlap(box, { pose, ...size })) return undefined
    return relativePlanar(box.pose, pose).xM > 0 ? 'ahead' : 'behind'
  }
  const goesAt = (timeS: number): boolean => {
    const [before, after] = [poseAtTime(nodes, timeS - STEP_S), poseAtTime(nodes, timeS)]
    return !!before && !!after && Math.hypot(after.xM - before.xM, after.yM - before.yM) > STANDING_MPS * STEP_S
  }
  return agents.flatMap((agent) => {
    const firstS = Math.max(0, agent.path[0]?.timeS ?? 0)
    if (meetsAt(agent, firstS)) return []
    for (let step = 1; step <= Math.round(horizonS / STEP_S); step += 1) {
      const timeS = step * STEP_S
      const place = timeS > firstS ? meetsAt(agent, timeS) : undefined
      if (!place) continue
      if (place === 'behind' || !goesAt(timeS)) return []
      const what = `meets ${agent.label || 'an agent'} ${agent.id}; time until then`
      return below('agent-in-path', timeS, config.meetingHorizonS, 's', what)
    }
    return []
  })
}

import type { ClosedLoopPlanner } from './planner.ts'
import { POSES, standInPlanner } from './stand-in-planner.ts'

/** Straight on as fast as now: what a plan has to be better than. */
export const constantVelocityPlanner = (): ClosedLoopPlanner =>
  standInPlanner('constant-velocity', ({ frameSet }) => {
    const speedMps = frameSet.egoHistory.find(({ timeS }) => timeS === 0)?.speedMps ?? 0
    return {
      poses: Array.from({ length: POSES }, (_, index) => ({
        xM: speedMps * 0.5 * (index + 1),
        yM: 0,
        headingRad: 0,
      })),
      reason: 'Constant velocity.',
    }
  })

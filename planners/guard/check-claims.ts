import { Plan_PathAction as Path, Plan_SpeedAction as Speed } from '#messages'
import { above, below, type Finding } from '../check.ts'
import type { GuardConfig } from './guard-config.ts'
import type { PlanMotion } from './plan-motion.ts'

/** Whether the poses change speed as is said. `check` names who says it. */
export const checkSpeedClaim = (
  check: string,
  claim: Speed,
  { startMps, endMps, durationS }: PlanMotion,
  config: GuardConfig,
): readonly Finding[] => {
  const changeMps = endMps - startMps
  switch (claim) {
    case Speed.STOP: {
      const most = Math.max(config.stoppedMps, startMps - config.leastStoppingMps2 * durationS)
      return above(check, endMps, most, 'm/s', 'says stop; speed at the end')
    }
    case Speed.ACCELERATE:
      return below(check, changeMps, -config.speedChangeMps, 'm/s', 'says accelerate; change of speed')
    case Speed.DECELERATE:
      return above(check, changeMps, config.speedChangeMps, 'm/s', 'says decelerate; change of speed')
    case Speed.KEEP:
      return above(check, Math.abs(changeMps), config.keptSpeedMps, 'm/s', 'says keep; change of speed')
    default:
      return []
  }
}

/** Whether the poses go where is said. `check` names who says it. */
export const checkPathClaim = (
  check: string,
  claim: Path,
  { turnRad, lateralM }: PlanMotion,
  config: GuardConfig,
): readonly Finding[] => {
  // On a bend the ego's axis is no lane: nothing can be said of a lane change there.
  const bends = Math.abs(turnRad) > config.turnRad
  switch (claim) {
    case Path.TURN_LEFT:
      return below(check, turnRad, -config.turnRad, 'rad', 'says turn left; turn to the left')
    case Path.TURN_RIGHT:
      return above(check, turnRad, config.turnRad, 'rad', 'says turn right; turn to the left')
    case Path.STRAIGHT:
      return above(check, Math.abs(turnRad), config.straightRad, 'rad', 'says straight; turn')
    case Path.CHANGE_LANE_LEFT:
      return bends ? [] : below(check, lateralM, -config.laneShiftM, 'm', 'says change lane left; way to the left')
    case Path.CHANGE_LANE_RIGHT:
      return bends ? [] : above(check, lateralM, config.laneShiftM, 'm', 'says change lane right; way to the left')
    default:
      return []
  }
}

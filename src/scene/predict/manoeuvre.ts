import { Prediction_Intention as Intention } from '#messages'
import { type AgentKind, agentKindOf } from '../agent-kind.ts'

/** How an agent of a kind moves when it means to. */
interface Gait {
  /** Going across, from standing too; m/s. */
  readonly crossingMps: number
  /** Through a right-angled turn; m/s. */
  readonly turningMps: number
  readonly turnRadiusM: number
  /** m/s^2. */
  readonly startingMps2: number
}

/** What pedestrians walk over a crossing at; they turn within a step. */
const ON_FOOT: Gait = { crossingMps: 1.4, turningMps: 1.4, turnRadiusM: 1, startingMps2: 1 }
/** 15 km/h across, 11 km/h round a corner. */
const ON_BICYCLE: Gait = { crossingMps: 4, turningMps: 3, turnRadiusM: 5, startingMps2: 1 }
/** 19 km/h round a city corner of 10 m: 2.9 m/s^2 sideways, less than what drivers accept. */
const IN_VEHICLE: Gait = { crossingMps: 5, turningMps: 5.4, turnRadiusM: 10, startingMps2: 1.5 }

const GAITS: Partial<Readonly<Record<AgentKind, Gait>>> = {
  pedestrian: ON_FOOT,
  animal: ON_FOOT,
  bicycle: ON_BICYCLE,
}

/** Comfortable braking of a driver who sees the reason coming; m/s^2. */
const BRAKING_MPS2 = 2
/** Of one who has time: rolling up to a gap or into a bay; m/s^2. */
const EASING_MPS2 = 1.5
/** Rolling up to those who go first; m/s. */
const YIELDING_MPS = 1.4
/** Walking pace; m/s. */
const REVERSING_MPS = -1.5

/** What an intention makes of an agent's motion: a speed to reach, and which way it turns or shifts. */
export interface Manoeuvre {
  /** Along the agent's length, negative backward; m/s. */
  readonly targetSpeedMps: number
  /** How fast the target is neared from either side; m/s^2. */
  readonly accelerationMps2: number
  readonly decelerationMps2: number
  /** Left positive; a quarter turn, then straight on. 0: no turn. */
  readonly turn: -1 | 0 | 1
  readonly turnRadiusM: number
  /** Left positive; one lane over the horizon. 0: none. */
  readonly laneShift: -1 | 0 | 1
}

/** The manoeuvre of an agent that goes at `speedMps` along its length now. Keeping is going on as now. */
export const manoeuvreOf = (intention: Intention, label: string, speedMps: number): Manoeuvre => {
  const gait = GAITS[agentKindOf(label)] ?? IN_VEHICLE
  const keep: Manoeuvre = {
    targetSpeedMps: speedMps,
    accelerationMps2: gait.startingMps2,
    decelerationMps2: BRAKING_MPS2,
    turn: 0,
    turnRadiusM: gait.turnRadiusM,
    laneShift: 0,
  }
  switch (intention) {
    case Intention.STOP:
      return { ...keep, targetSpeedMps: 0 }
    case Intention.PARK:
      return { ...keep, targetSpeedMps: 0, decelerationMps2: EASING_MPS2 }
    case Intention.YIELD:
      return { ...keep, targetSpeedMps: Math.min(speedMps, YIELDING_MPS), decelerationMps2: EASING_MPS2 }
    case Intention.CROSS:
      return { ...keep, targetSpeedMps: Math.max(speedMps, gait.crossingMps) }
    case Intention.TURN_LEFT:
      return { ...keep, targetSpeedMps: gait.turningMps, turn: 1 }
    case Intention.TURN_RIGHT:
      return { ...keep, targetSpeedMps: gait.turningMps, turn: -1 }
    case Intention.CHANGE_LANE_LEFT:
      return { ...keep, laneShift: 1 }
    case Intention.CHANGE_LANE_RIGHT:
      return { ...keep, laneShift: -1 }
    case Intention.REVERSE:
      return { ...keep, targetSpeedMps: REVERSING_MPS }
    default:
      return keep
  }
}

// Thoughts before a plan, from the truth: what is seen, what it will do, what follows.
import {
  type GroundTruthScene,
  Prediction_Intention as Intention,
  Perception_LightState as LightState,
  Plan_PathAction as PathAction,
  GroundTruthScene_Reason_Kind as Reason,
  Plan_SpeedAction as SpeedAction,
} from '#messages'

type ExpertReason = NonNullable<GroundTruthScene['expert']>['reasons'][number]

/** Distances are said in steps of 5 m: as well as a person could guess; m. */
const STEP_M = 5

const about = (distanceM: number): string => {
  const stepsM = Math.round(distanceM / STEP_M) * STEP_M
  return stepsM === 0 ? 'right ahead' : `about ${stepsM} m ahead`
}

const WILL: Readonly<Partial<Record<Intention, string>>> = {
  [Intention.KEEP]: 'It will go on.',
  [Intention.STOP]: 'It will stop.',
  [Intention.YIELD]: 'It will slow down.',
  [Intention.CROSS]: 'It will cross.',
  [Intention.TURN_LEFT]: 'It will turn left.',
  [Intention.TURN_RIGHT]: 'It will turn right.',
  [Intention.CHANGE_LANE_LEFT]: 'It will change lanes.',
  [Intention.CHANGE_LANE_RIGHT]: 'It will change lanes.',
  [Intention.PARK]: 'It is parked.',
}

const NAMES: Readonly<Partial<Record<Reason, string>>> = {
  [Reason.RED_LIGHT]: 'The light for us is red',
  [Reason.STOP_SIGN]: 'There is a stop sign',
  [Reason.GIVE_WAY]: 'There is a junction where others go first',
  [Reason.PEDESTRIAN]: 'There is a pedestrian',
  [Reason.LEAD_VEHICLE]: 'There is a vehicle',
  [Reason.CYCLIST]: 'There is a cyclist',
}

const seen = ({ kind, id, distanceM }: ExpertReason, { lights }: GroundTruthScene): string => {
  if (kind === Reason.CURVE) return 'The road bends.'
  if (kind === Reason.SPEED_LIMIT) return 'The speed limit is low.'
  const isYellow = kind === Reason.RED_LIGHT && lights.find((light) => light.id === id)?.state === LightState.YELLOW
  if (isYellow) return `The light for us is yellow, ${about(distanceM)}.`
  return `${NAMES[kind] ?? 'There is something'}, ${about(distanceM)}.`
}

/** Of a reason that moves or changes; empty for the road. */
const willDo = ({ kind, id }: ExpertReason, { futures, expert }: GroundTruthScene): string => {
  if (kind === Reason.RED_LIGHT) {
    if (expert?.speedAction === SpeedAction.STOP) return 'We have to wait.'
    return expert?.speedAction === SpeedAction.DECELERATE ? 'We may have to wait.' : ''
  }
  return WILL[futures.find(({ agentId }) => agentId === id)?.intention ?? Intention.UNSPECIFIED] ?? ''
}

const SPEEDS: Readonly<Partial<Record<SpeedAction, string>>> = {
  [SpeedAction.KEEP]: 'we keep our speed',
  [SpeedAction.ACCELERATE]: 'we speed up',
  [SpeedAction.DECELERATE]: 'we slow down',
  [SpeedAction.STOP]: 'we stop',
}
const PATHS: Readonly<Partial<Record<PathAction, string>>> = {
  [PathAction.TURN_LEFT]: ' and turn left',
  [PathAction.TURN_RIGHT]: ' and turn right',
  [PathAction.CHANGE_LANE_LEFT]: ' and change to the left lane',
  [PathAction.CHANGE_LANE_RIGHT]: ' and change to the right lane',
}

/** At most the two strongest reasons: about 40 words. */
const REASONS = 2

/** A few fixed sentences; every one is true of the scene. */
export const rationale = (truth: GroundTruthScene): string => {
  const { expert } = truth
  const reasons = expert?.reasons.slice(0, REASONS) ?? []
  const slower = expert?.speedAction === SpeedAction.DECELERATE || expert?.speedAction === SpeedAction.STOP
  const free = slower ? 'The lane ahead is free for now.' : 'The lane ahead is free.'
  const first = reasons.length === 0 ? [free] : []
  const why = reasons.flatMap((reason) => [seen(reason, truth), willDo(reason, truth)])
  const follows = `So ${SPEEDS[expert?.speedAction ?? 0] ?? 'we go on'}${PATHS[expert?.pathAction ?? 0] ?? ''}.`
  return [...first, ...why, follows].filter((text) => text !== '').join(' ')
}

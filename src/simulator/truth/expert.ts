import type { MessageInitShape } from '@bufbuild/protobuf'
import { normaliseAngle, relativePlanar } from '#geometry'
import {
  type GroundTruthScene_ExpertSchema,
  Plan_PathAction as PathAction,
  GroundTruthScene_Reason_Kind as ReasonKind,
  Plan_SpeedAction as SpeedAction,
} from '#messages'
import type { Moment, Reason } from '../moment.ts'
import { POSES, STEPS_PER_POSE } from './futures.ts'

const KINDS: Readonly<Record<Reason['kind'], ReasonKind>> = {
  'red-light': ReasonKind.RED_LIGHT,
  'stop-sign': ReasonKind.STOP_SIGN,
  'give-way': ReasonKind.GIVE_WAY,
  pedestrian: ReasonKind.PEDESTRIAN,
  'lead-vehicle': ReasonKind.LEAD_VEHICLE,
  cyclist: ReasonKind.CYCLIST,
  curve: ReasonKind.CURVE,
  'speed-limit': ReasonKind.SPEED_LIMIT,
}

/** What changes less than this within 4 s is kept; m/s. */
const KEPT_MPS = 1
const STANDING_MPS = 0.3
/** Less is still straight on; rad. */
const TURNED_RAD = 0.25

/** What the ego's own driver does in the moments that follow the first; one every step. */
export const expertTruth = (moments: readonly Moment[]): MessageInitShape<typeof GroundTruthScene_ExpertSchema> => {
  const now = moments[0]!
  const poses = Array.from({ length: POSES }, (_, index) => moments[(index + 1) * STEPS_PER_POSE]!)
  // What will make it brake within the next second is a reason already.
  const { reasons } = (moments.slice(0, 20).find(({ egoPlan }) => egoPlan.reasons.length > 0) ?? now).egoPlan
  return {
    steps: poses.map(({ timeS, ego }) => {
      const { xM, yM, headingRad } = relativePlanar(now.ego.pose, ego.pose)
      return { timeS: timeS - now.timeS, poseInEgo: { xM, yM, headingRad: normaliseAngle(headingRad) } }
    }),
    speedAction: speedActionOf(now, moments.at(-1)!),
    pathAction: pathActionOf(moments),
    reasons: reasons.map(({ kind, id, distanceM }) => ({ kind: KINDS[kind], id, distanceM })),
  }
}

const speedActionOf = (now: Moment, last: Moment): SpeedAction => {
  const gain = last.ego.speedMps - now.ego.speedMps
  if (last.ego.speedMps < STANDING_MPS) return SpeedAction.STOP
  if (gain > KEPT_MPS) return SpeedAction.ACCELERATE
  return gain < -KEPT_MPS ? SpeedAction.DECELERATE : SpeedAction.KEEP
}

const pathActionOf = (moments: readonly Moment[]): PathAction => {
  const [now, last] = [moments[0]!, moments.at(-1)!]
  const turn = moments.slice(0, 40).find(({ egoPlan }) => egoPlan.turn)?.egoPlan.turn?.kind
  const turnedRad = normaliseAngle(last.ego.pose.headingRad - now.ego.pose.headingRad)
  if (turn === 'left' && turnedRad > TURNED_RAD) return PathAction.TURN_LEFT
  if (turn === 'right' && turnedRad < -TURNED_RAD) return PathAction.TURN_RIGHT
  if (turn === 'change-lane-left') return PathAction.CHANGE_LANE_LEFT
  if (turn === 'change-lane-right') return PathAction.CHANGE_LANE_RIGHT
  return PathAction.STRAIGHT
}

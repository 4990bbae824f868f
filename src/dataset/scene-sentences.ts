// What is true of the scene, in a few sentences without numbers: a small model can learn every one of them.
import {
  type GroundTruthMap,
  type GroundTruthScene,
  Perception_LightState as LightState,
  GroundTruthScene_Reason_Kind as Reason,
} from '#messages'

/** Of the expert's reasons the strongest; unspecified on a free road. */
const strongest = ({ expert }: GroundTruthScene) => expert?.reasons[0]

const isYellow = ({ lights }: GroundTruthScene, id: string): boolean =>
  lights.find((light) => light.id === id)?.state === LightState.YELLOW

/** Why the expert drives as it does: the reason of a plan. */
export const reasonSentence = (truth: GroundTruthScene): string => {
  const reason = strongest(truth)
  switch (reason?.kind) {
    case Reason.RED_LIGHT:
      return isYellow(truth, reason.id) ? 'The light ahead is yellow.' : 'The light ahead is red.'
    case Reason.STOP_SIGN:
      return 'There is a stop sign.'
    case Reason.GIVE_WAY:
      return 'Others go first.'
    case Reason.PEDESTRIAN:
      return 'A pedestrian crosses the road.'
    case Reason.LEAD_VEHICLE:
      return 'The vehicle ahead is slow.'
    case Reason.CYCLIST:
      return 'The cyclist ahead is slow.'
    case Reason.CURVE:
      return 'The road bends.'
    case Reason.SPEED_LIMIT:
      return 'The speed limit is low.'
    default:
      return 'The lane ahead is free.'
  }
}

/** How far the lane ahead may be driven on. */
export const drivableSentence = (truth: GroundTruthScene): string => {
  const reason = strongest(truth)
  switch (reason?.kind) {
    case Reason.RED_LIGHT:
      return 'Free up to the light.'
    case Reason.STOP_SIGN:
    case Reason.GIVE_WAY:
      return 'Free up to the junction.'
    case Reason.PEDESTRIAN:
      return 'Free up to the pedestrian.'
    case Reason.LEAD_VEHICLE:
      return 'Free up to the vehicle ahead.'
    case Reason.CYCLIST:
      return 'Free up to the cyclist ahead.'
    default:
      return 'Free ahead.'
  }
}

const COUNTS = ['no', 'One lane', 'Two lanes', 'Three lanes'] as const

/** Lanes beside the ego's in its own direction; empty where there is no map. */
export const lanesSentence = ({ lane }: GroundTruthScene, map: GroundTruthMap | undefined): string => {
  const lanes = new Map(map?.lanes.map((each) => [each.id, each]))
  const own = lanes.get(lane?.id ?? '')
  if (!own) return ''
  if (own.inJunction) return 'The ego crosses a junction.'
  const beside = (next: 'leftId' | 'rightId'): number => {
    let count = 0
    for (let at = lanes.get(own[next]); at && count < COUNTS.length; at = lanes.get(at[next])) count += 1
    return count
  }
  const [left, right] = [beside('leftId'), beside('rightId')]
  const count = left + right + 1
  const name = COUNTS[count] ?? 'Many lanes'
  if (count === 1) return `${name} in this direction.`
  return `${name} in this direction, the ego in the ${left === 0 ? 'left' : right === 0 ? 'right' : 'middle'} one.`
}

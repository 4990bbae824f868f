import { AGENT_SIGHT, type DrivingScene } from '#dataset'
import {
  type GroundTruthScene_Expert,
  GroundTruthScene_Reason_Kind as ReasonKind,
  Perception_Relevance as Relevance,
  GroundTruthScene_Sign_Kind as SignKind,
} from '#messages'

/** Whether an image shows something of what the world's own driver is slow for: only then eyes can know. */
export const isReasonInSight = ({ truth, imageBoxes }: Pick<DrivingScene, 'truth' | 'imageBoxes'>): boolean => {
  const isSign = (wanted: SignKind): boolean =>
    truth.signs.some(({ kind, relevance, boxes }) => kind === wanted && relevance === Relevance.EGO && boxes.length > 0)
  const isShown = ({ kind, id }: GroundTruthScene_Expert['reasons'][number]): boolean => {
    switch (kind) {
      case ReasonKind.RED_LIGHT:
        return truth.lights.some((light) => light.id === id && light.boxes.length > 0)
      case ReasonKind.STOP_SIGN:
        return isSign(SignKind.STOP)
      case ReasonKind.GIVE_WAY:
        return isSign(SignKind.GIVE_WAY)
      case ReasonKind.PEDESTRIAN:
      case ReasonKind.CYCLIST:
      case ReasonKind.LEAD_VEHICLE:
        return imageBoxes.some(({ boxes }) =>
          boxes.some(
            ({ agentId, seenMinX, visibleFraction = 1 }) =>
              agentId === id && seenMinX !== undefined && visibleFraction >= AGENT_SIGHT.visibleFraction,
          ),
        )
      default:
        return false
    }
  }
  return truth.expert?.reasons.some(isShown) ?? false
}

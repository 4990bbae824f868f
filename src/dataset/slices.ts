import {
  Prediction_Intention as Intention,
  Plan_PathAction as PathAction,
  GroundTruthScene_Reason_Kind as Reason,
} from '#messages'
import { agentsInEgo } from './agents-in-ego.ts'
import type { DrivingScene } from './scene.ts'

export const SLICES = ['red-light', 'pedestrian-crosses', 'lead', 'turn', 'curve', 'free-road'] as const

export type Slice = (typeof SLICES)[number]

/** Somebody further off does not make the ego brake; m. */
const CROSSING_WITHIN_M = 40
/** From 10 degrees within 4 s on a road is no longer straight; rad. */
const BENT_RAD = 0.17

/** What a scene is an example of. */
export const slicesOf = (scene: DrivingScene): readonly Slice[] => {
  const { expert } = scene.truth
  const kinds = new Set(expert?.reasons.map(({ kind }) => kind))
  const turns = expert?.pathAction === PathAction.TURN_LEFT || expert?.pathAction === PathAction.TURN_RIGHT
  const bends = Math.abs(expert?.steps.at(-1)?.poseInEgo?.headingRad ?? 0) > BENT_RAD
  const crosses = agentsInEgo(scene).some(
    ({ future, pose, distanceM }) =>
      future?.intention === Intention.CROSS && pose.xM > 0 && distanceM < CROSSING_WITHIN_M,
  )
  const has: Readonly<Record<Slice, boolean>> = {
    'red-light': kinds.has(Reason.RED_LIGHT),
    'pedestrian-crosses': kinds.has(Reason.PEDESTRIAN) || crosses,
    lead: kinds.has(Reason.LEAD_VEHICLE),
    turn: turns,
    curve: bends && !turns,
    'free-road': [...kinds].every((kind) => kind === Reason.CURVE || kind === Reason.SPEED_LIMIT),
  }
  return SLICES.filter((slice) => has[slice])
}

import { composePlanar, type PlanarPose, type TimedPose } from '#geometry'
import { otherAt } from './navsim/others.ts'
import { bodyAt, planStates } from './navsim/plan-states.ts'
import { type NavsimScore, navsimScore } from './navsim/score.ts'
import type { Situation } from './navsim/situation.ts'
import { type Collisions, collisions } from './open-loop/collision.ts'
import { type PathError, pathError } from './open-loop/path-error.ts'
import { routeLine } from './route-line.ts'
import type { SceneCase } from './scene-case.ts'

/** What one plan is worth in one scene. */
export interface PlanScore {
  readonly error: PathError
  readonly collisions: Collisions
  /** Undefined where there is no map, or the ego is in no lane. */
  readonly navsim: NavsimScore | undefined
}

/** A plan of the same planner for a scene a little earlier in the same drive. */
export interface PreviousPlan {
  readonly scene: SceneCase
  readonly poses: readonly PlanarPose[]
}

const timed = (poses: readonly PlanarPose[]): readonly TimedPose[] =>
  poses.map((pose, index) => ({ timeS: (index + 1) * 0.5, pose }))

/** `poses`: 8, in the ego frame now. */
export const scorePlan = (
  scene: SceneCase,
  poses: readonly PlanarPose[],
  previous: PreviousPlan | undefined,
): PlanScore => {
  const { driven, others, ego } = scene
  const { vehicle } = scene.scene.rig
  const bodies = (path: readonly PlanarPose[]) =>
    path.map((pose) => bodyAt(composePlanar(ego.poseInMap, pose), vehicle))
  const drivenPoses = driven.map(({ pose }) => pose)
  const around = driven.map(({ timeS }) =>
    others.flatMap((other) => {
      const box = otherAt(other, timeS)
      return box ? [{ box, vehicle: other.vehicle }] : []
    }),
  )
  return {
    error: pathError(poses, drivenPoses),
    collisions: collisions(bodies(poses), bodies(drivenPoses), around),
    navsim: navsimOf(scene, poses, previous),
  }
}

const navsimOf = (
  scene: SceneCase,
  poses: readonly PlanarPose[],
  previous: PreviousPlan | undefined,
): NavsimScore | undefined => {
  const { road, ego, others, isRedAt, driven, past } = scene
  const { route, truth, rig } = scene.scene
  const line = road && routeLine(road, ego.poseInMap, route, truth.lane?.id ?? '')
  if (!road || !line) return undefined
  const situation: Situation = { road, others, isRedAt, routeLine: line.points, body: rig.vehicle }
  const before = (poses: (plan: PreviousPlan) => readonly TimedPose[]) =>
    previous && {
      states: planStates(poses(previous), previous.scene.ego),
      beforeS: Number(scene.timeNs - previous.scene.timeNs) / 1e9,
    }
  return navsimScore(
    { states: planStates(timed(poses), ego), past, previous: before((plan) => timed(plan.poses)) },
    { states: planStates(driven, ego), past, previous: before((plan) => plan.scene.driven) },
    situation,
  )
}

import { composePlanar, type PlanarPose, type TimedPose } from '#geometry'
import { otherAt } from './navsim/others.ts'
import { bodyAt, planStates } from './navsim/plan-states.ts'
import { grade, type NavsimScore, navsimScore } from './navsim/score.ts'
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

/** Poses are 8, in the ego frame of their scene; `before`: of the same planner for the scene before, where there is one. */
export type PlanScorer = (poses: readonly PlanarPose[], before: readonly PlanarPose[] | undefined) => PlanScore

const timed = (poses: readonly PlanarPose[]): readonly TimedPose[] =>
  poses.map((pose, index) => ({ timeS: (index + 1) * 0.5, pose }))

/** For any plan of a scene; `before`: a scene a little earlier in the same drive. What is the same for all plans is found once. */
export const planScorer = (scene: SceneCase, before: SceneCase | undefined): PlanScorer => {
  const { driven, others, ego } = scene
  const { vehicle } = scene.scene.rig
  const bodies = (path: readonly PlanarPose[]) =>
    path.map((pose) => bodyAt(composePlanar(ego.poseInMap, pose), vehicle))
  const drivenPoses = driven.map(({ pose }) => pose)
  const drivenBodies = bodies(drivenPoses)
  const around = driven.map(({ timeS }) =>
    others.flatMap((other) => {
      const box = otherAt(other, timeS)
      return box ? [{ box, vehicle: other.vehicle }] : []
    }),
  )
  const navsim = navsimScorer(scene, before)
  return (poses, posesBefore) => ({
    error: pathError(poses, drivenPoses),
    collisions: collisions(bodies(poses), drivenBodies, around),
    navsim: navsim?.(poses, posesBefore),
  })
}

const navsimScorer = (
  scene: SceneCase,
  before: SceneCase | undefined,
): ((...plans: Parameters<PlanScorer>) => NavsimScore) | undefined => {
  const { road, ego, others, isRedAt, driven, past } = scene
  const { route, truth, rig } = scene.scene
  const line = road && routeLine(road, ego.poseInMap, route, truth.lane?.id ?? '')
  if (!road || !line) return undefined
  const situation: Situation = { road, others, isRedAt, routeLine: line.points, body: rig.vehicle }
  const graded = (path: readonly TimedPose[], pathBefore: readonly TimedPose[] | undefined) => {
    const previous = before &&
      pathBefore && {
        states: planStates(pathBefore, before.ego),
        beforeS: Number(scene.timeNs - before.timeNs) / 1e9,
      }
    return grade({ states: planStates(path, ego), past, previous }, situation)
  }
  const reference = graded(driven, before?.driven)
  return (poses, posesBefore) => navsimScore(graded(timed(poses), posesBefore && timed(posesBefore)), reference)
}

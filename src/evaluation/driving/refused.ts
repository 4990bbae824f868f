import { create } from '@bufbuild/protobuf'
import { perceptionTruth } from '#dataset'
import { type PlanarPose, relativePlanar } from '#geometry'
import { type ImageSizes, type Plan, Plan_PathAction, Plan_SpeedAction, PlanSchema } from '#messages'
import type { PipelineConfig } from '#pipeline'
import { contradictions, evenOut, type GuardAgent, initialPlannersState, judge } from '#planners'
import type { SceneCase } from './scene-case.ts'

/** A plan of a planner that says nothing but poses. */
export const planOf = (poses: readonly PlanarPose[], referenceTimeNs: bigint): Plan =>
  create(PlanSchema, {
    requestId: 1n,
    referenceTimeNs,
    speedAction: Plan_SpeedAction.UNSPECIFIED,
    pathAction: Plan_PathAction.UNSPECIFIED,
    steps: poses.map((pose, index) => ({ timeS: (index + 1) * 0.5, poseInEgo: pose })),
  })

/**
 * Why the safety planners would not let the plan through at the scene's instant; empty when they would. They are given the truth
 * of lights and agents, so that it is the plan that is judged, not what else the model saw.
 */
export const refusedFor = (
  scene: SceneCase,
  plan: Plan,
  config: Pick<PipelineConfig, 'planners' | 'guard'>,
  imageSizes: readonly ImageSizes[],
): readonly string[] => {
  const { ego, scene: driving, timeNs } = scene
  const { vehicle } = driving.rig
  const found = contradictions({
    plan: evenOut(plan, ego.speedMps, { ...config.planners, vehicle }).plan,
    egoSpeedMps: ego.speedMps,
    perception: perceptionTruth(driving, imageSizes),
    agents: guardAgentsOf(scene),
    ego: vehicle,
    config: config.guard,
  })
  const at = { ...ego, pose: ego.poseInMap }
  const { verdict } = judge({
    tickTimeNs: timeNs,
    plan,
    egoAtTick: at,
    egoAtPlanReference: at,
    contradictions: found,
    vehicle,
    config: config.planners,
    state: initialPlannersState,
  })
  return [...new Set(verdict.findings.map(({ check }) => check))]
}

const guardAgentsOf = ({ others, ego }: SceneCase): readonly GuardAgent[] =>
  others.map(({ id, lengthM, widthM, path, vehicle }) => ({
    id,
    label: vehicle ? 'vehicle' : 'somebody',
    lengthM,
    widthM,
    path: path.map((pose, index) => ({ timeS: index * 0.5, pose: relativePlanar(ego.poseInMap, pose) })),
  }))

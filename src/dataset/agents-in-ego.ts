import { type PlanarPoint, type PlanarPose, planarFromTransform, relativePlanar, transformFromPose } from '#geometry'
import type { GroundTruth_Agent, GroundTruthScene_Future } from '#messages'
import type { DrivingScene } from './scene.ts'

/** An agent of the truth, seen from the ego frame at the scene's instant. */
export interface AgentInEgo {
  readonly agent: GroundTruth_Agent
  /** Of its middle; m, rad. */
  readonly pose: PlanarPose
  /** Over ground; m/s. */
  readonly velocityMps: PlanarPoint
  /** From the rear axle; m. */
  readonly distanceM: number
  readonly future: GroundTruthScene_Future | undefined
  /** Of its middle at 0.5, 1, … s; m, rad. Shorter when it leaves the world. */
  readonly path: readonly PlanarPose[]
}

/** In the truth's order. */
export const agentsInEgo = ({ agents, truth, mapFromEgo }: DrivingScene): readonly AgentInEgo[] => {
  const futures = new Map(truth.futures.map((future) => [future.agentId, future]))
  const [cos, sin] = [Math.cos(mapFromEgo.headingRad), Math.sin(mapFromEgo.headingRad)]
  return agents.agents.flatMap((agent) => {
    const mapFromAgent = transformFromPose(agent.poseInMap)
    if (!mapFromAgent) return []
    const pose = relativePlanar(mapFromEgo, planarFromTransform(mapFromAgent))
    const { x, y } = agent.velocityInMapMps ?? { x: 0, y: 0 }
    const future = futures.get(agent.id)
    return [
      {
        agent,
        pose,
        velocityMps: { xM: cos * x + sin * y, yM: cos * y - sin * x },
        distanceM: Math.hypot(pose.xM, pose.yM),
        future,
        path: future?.pathInMap.map((step) => relativePlanar(mapFromEgo, step)) ?? [],
      },
    ]
  })
}

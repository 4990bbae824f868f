import { type PlanarPoint, planarFromTransform, transformFromPose } from '#geometry'
import type { Prediction } from '#messages'
import { predictPaths } from '#scene'
import type { SceneCase } from '../scene-case.ts'
import type { PathCase } from './path-score.ts'

/** A tracker that knows where and how fast agents are; m^2, m^2/s^2. */
const CERTAIN = [0.01, 0, 0, 0, 0, 0.01, 0, 0, 0, 0, 0.01, 0, 0, 0, 0, 0.01]

/**
 * The paths that the scene room makes of the intentions, for the agents that were asked about, starting from their true place and
 * speed: what is scored is the prediction, not the tracker. `said` undefined: by motion alone, as after an unreadable answer.
 */
export const predictedPaths = (
  { scene }: SceneCase,
  agentIds: readonly string[],
  said: Prediction | undefined,
): readonly PathCase[] => {
  const agents = agentIds.flatMap((id) => {
    const agent = scene.agents.agents.find((each) => each.id === id)
    const mapFromAgent = transformFromPose(agent?.poseInMap)
    if (!agent || !mapFromAgent) return []
    const poseInMap = planarFromTransform(mapFromAgent)
    const { x, y } = agent.velocityInMapMps ?? { x: 0, y: 0 }
    return [
      { id, label: agent.category, poseInMap, headingSigmaRad: 0.05, velocityInMapMps: { x, y }, covariance: CERTAIN },
    ]
  })
  const truths = new Map(scene.truth.futures.map(({ agentId, pathInMap }) => [agentId, pathInMap]))
  return predictPaths(agents, said?.agents ?? []).map(({ id, path }) => ({
    predicted: path.map(({ poseInMap }): PlanarPoint => ({ xM: poseInMap?.xM ?? 0, yM: poseInMap?.yM ?? 0 })),
    truth: truths.get(id) ?? [],
  }))
}

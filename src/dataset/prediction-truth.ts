import { create } from '@bufbuild/protobuf'
import { type ImageSizes, type Prediction, PredictionSchema, Prediction_Source as Source } from '#messages'
import type { AskedAgent } from '#tasks'
import { nameOfCategory } from './agent-category.ts'
import type { AgentInEgo } from './agents-in-ego.ts'
import { gaussians } from './noise.ts'
import type { DrivingScene } from './scene.ts'
import { visibleAgents } from './visible-agents.ts'

/** Further off, a tracker's velocity is mostly noise and the next 4 s do not concern the ego; m. */
const RANGE_M = 60
/** Each costs 40 characters of prompt and 45 of answer. */
const AGENTS = 8
/** Of the distance: a box lifted to the ground is a few per cent wrong; share. */
const POSITION_SIGMA = 0.03
/** Of a track at 2 to 4 Hz; m/s. */
const VELOCITY_SIGMA_MPS = 0.4
/**
 * Truth is certain, and 0.9 leaves room for what the images do not tell. One number for all: it costs nothing to learn, and a
 * calibrated one is measured on the trained model, not taken from truth.
 */
const PROBABILITY = 0.9

/** As a tracker would tell them: near the truth, and the same each time. */
const asTracked = (
  { agent: { id, category }, pose, velocityMps, distanceM }: AgentInEgo,
  words: string,
): AskedAgent => {
  const [x, y, vx, vy] = gaussians(`${words}/${id}`)
  const sigmaM = POSITION_SIGMA * distanceM
  return {
    id,
    label: nameOfCategory(category).label,
    positionInEgo: { xM: pose.xM + x * sigmaM, yM: pose.yM + y * sigmaM },
    velocityInEgoMps: { x: velocityMps.xM + vx * VELOCITY_SIGMA_MPS, y: velocityMps.yM + vy * VELOCITY_SIGMA_MPS },
  }
}

/** Whom to ask about, and what a perfect answer says of them; the nearest that an image shows. */
export const predictionTruth = (
  scene: DrivingScene,
  imageSizes: readonly ImageSizes[],
): { readonly agents: readonly AskedAgent[]; readonly prediction: Prediction } => {
  const visible = new Map(visibleAgents(scene, imageSizes).map(({ agent }) => [agent.agent.id, agent]))
  const near = [...visible.values()]
    .filter(({ distanceM, future }) => distanceM <= RANGE_M && future !== undefined)
    .toSorted((a, b) => a.distanceM - b.distanceM)
    .slice(0, AGENTS)
  const asked = near.map((agent) => ({ agent, asked: asTracked(agent, scene.id) }))
  // In the order of the question, which the answer counts by.
  const inOrder = asked.toSorted((a, b) => rangeOf(a.asked) - rangeOf(b.asked))
  return {
    agents: inOrder.map((each) => each.asked),
    prediction: create(PredictionSchema, {
      referenceTimeNs: scene.frameSet.referenceTimeNs,
      agents: inOrder.map(({ agent: { agent, future } }) => ({
        id: agent.id,
        intention: future!.intention,
        probability: PROBABILITY,
        source: Source.MODEL,
      })),
    }),
  }
}

const rangeOf = ({ positionInEgo: { xM, yM } }: AskedAgent): number => Math.hypot(xM, yM)

import { create } from '@bufbuild/protobuf'
import { normaliseAngle } from '#geometry'
import {
  Prediction_Intention as Intention,
  type Prediction_Agent,
  Prediction_AgentSchema,
  Prediction_Source as Source,
} from '#messages'
import { driveManoeuvre } from './drive-manoeuvre.ts'
import { manoeuvreOf } from './manoeuvre.ts'
import { type MovingAgent, motionOf } from './moving-agent.ts'
import { AS_THE_MODEL_SAYS, BY_MOTION_ALONE, spreadAt, withOther } from './spread.ts'

/** Poses at 0.5, 1.0, … 4.0 s, as a plan has them. */
const TIMES = { periodS: 0.5, horizonS: 4 }

/** Of an intention without a probability: as likely as not. */
const UNSAID_PROBABILITY = 0.5

/** What the model says that an agent will do; outrider.Prediction.Agent is one. */
export type Intended = Pick<Prediction_Agent, 'id' | 'intention' | 'probability'>

/**
 * Where every agent will be up to 4 s from the instant that the tracks are given for, in their order. The model's intention
 * is applied to the track's motion; what it did not name, or did not know, is carried on by its motion alone. The spread
 * grows with time, and by the way to the path without the intention as far as the model doubts it. Intentions of agents that
 * are not tracked are left out; of several for one agent the first counts.
 */
export const predictPaths = (
  agents: readonly MovingAgent[],
  intentions: readonly Intended[],
): readonly Prediction_Agent[] =>
  agents.map((agent) =>
    predictAgent(
      agent,
      intentions.find(({ id }) => id === agent.id),
    ),
  )

const predictAgent = (agent: MovingAgent, intended: Intended | undefined): Prediction_Agent => {
  const { id, label, covariance } = agent
  const { pose, speedMps, slipRad, directionSigmaRad } = motionOf(agent)
  const drive = (intention: Intention) => driveManoeuvre(pose, speedMps, manoeuvreOf(intention, label, speedMps), TIMES)
  const intention = intended?.intention ?? Intention.UNSPECIFIED
  const fromModel = intention !== Intention.UNSPECIFIED
  const doubt = fromModel ? 1 - (intended?.probability ?? UNSAID_PROBABILITY) : 0
  const liberty = fromModel ? AS_THE_MODEL_SAYS : BY_MOTION_ALONE
  const byMotion = drive(Intention.KEEP)
  return create(Prediction_AgentSchema, {
    id,
    intention,
    ...(intended?.probability !== undefined && { probability: intended.probability }),
    source: fromModel ? Source.MODEL : Source.KINEMATICS,
    path: drive(intention).map((at, index) => {
      const own = spreadAt({ covariance, directionSigmaRad, liberty }, at)
      const { xx, xy, yy } = withOther(own, at.pose, byMotion[index]!.pose, doubt)
      return {
        timeS: at.timeS,
        poseInMap: { ...at.pose, headingRad: normaliseAngle(at.pose.headingRad + slipRad) },
        xxM2: xx,
        xyM2: xy,
        yyM2: yy,
      }
    }),
  })
}

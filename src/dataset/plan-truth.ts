import { create } from '@bufbuild/protobuf'
import { type Plan, PlanSchema } from '#messages'
import type { DrivingScene } from './scene.ts'
import { reasonSentence } from './scene-sentences.ts'

/** What the world's own driver does from here, as a plan. Throws on a scene without an expert: its writer forgot it. */
export const planTruth = ({ truth, frameSet, id }: DrivingScene): Plan => {
  const { expert } = truth
  if (!expert) throw new Error(`${id} has no expert`)
  return create(PlanSchema, {
    referenceTimeNs: frameSet.referenceTimeNs,
    speedAction: expert.speedAction,
    pathAction: expert.pathAction,
    steps: expert.steps,
    reason: reasonSentence(truth),
  })
}

/** Straight on at the speed of now: over the first 3 s, mean distance from where the expert goes; m. */
export const constantVelocityAdeM = ({ truth, frameSet }: DrivingScene): number => {
  const speedMps = frameSet.egoHistory.find(({ timeS }) => timeS === 0)?.speedMps ?? 0
  const steps = (truth.expert?.steps ?? []).filter(({ timeS }) => timeS < 3.25)
  const errorsM = steps.map(({ timeS, poseInEgo }) =>
    Math.hypot((poseInEgo?.xM ?? 0) - speedMps * timeS, poseInEgo?.yM ?? 0),
  )
  return errorsM.reduce((sum, errorM) => sum + errorM, 0) / Math.max(errorsM.length, 1)
}

import { create } from '@bufbuild/protobuf'
import { OutriderError } from '#errors'
import type { PlanarPose } from '#geometry'
import { Plan_PathAction, Plan_SpeedAction, PlanSchema } from '#messages'
import { planAnswerText } from '#tasks'
import type { Asked, ClosedLoopPlanner, LoopStep } from './planner.ts'

/** What a stand-in wants to do: 8 poses at 0.5, 1, … 4 s in the ego frame of the frame set. */
export interface StandInPlan {
  readonly poses: readonly PlanarPose[]
  readonly speedAction?: Plan_SpeedAction
  readonly pathAction?: Plan_PathAction
  readonly reason: string
}

/** Plan answers in the model's own words without a model, so that all behind them is the same. */
export const standInPlanner = (
  name: string,
  plan: (asked: Asked) => StandInPlan,
  observe?: (step: LoopStep) => void,
): ClosedLoopPlanner => ({
  name,
  engine: 'stand-in',
  bundleSha256: '',
  ...(observe ? { observe } : {}),
  answer: async (asked) => ({ text: answerText(asked, plan), tokenIds: [], promptTokenIds: [], finish: 'stop' }),
  close: async () => undefined,
})

const PLAN_TASK = 'driving/plan'

const answerText = (asked: Asked, plan: (asked: Asked) => StandInPlan): string => {
  const { request } = asked
  if (request.task !== PLAN_TASK) {
    throw new OutriderError({ code: 'STAND_IN_TASK', expected: `a question of ${PLAN_TASK}`, found: request.task })
  }
  const { poses, speedAction, pathAction, reason } = plan(asked)
  return planAnswerText(
    create(PlanSchema, {
      speedAction: speedAction ?? Plan_SpeedAction.KEEP,
      pathAction: pathAction ?? Plan_PathAction.STRAIGHT,
      steps: poses.map((pose, index) => ({ timeS: (index + 1) * POSE_PERIOD_S, poseInEgo: inRange(pose) })),
      reason,
    }),
  )
}

const POSE_PERIOD_S = 0.5
export const POSES = 8

/** The ranges of the plan's answer schema. */
const inRange = ({ xM, yM, headingRad }: PlanarPose): PlanarPose => ({
  xM: Math.min(Math.max(xM, -9.99), 199.99),
  yM: Math.min(Math.max(yM, -99.99), 99.99),
  headingRad: Math.min(Math.max(headingRad, -3.14), 3.14),
})

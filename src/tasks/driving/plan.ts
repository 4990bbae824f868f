import { create } from '@bufbuild/protobuf'
import { z } from 'zod'
import {
  type FaultReport,
  type ModelRequest,
  type Plan,
  Plan_PathAction,
  Plan_SpeedAction,
  PlanSchema,
} from '#messages'
import { longestAnswerTokens } from '../answer-budget.ts'
import { answerLost, snippet } from '../answer-fault.ts'
import { jsonObjectsIn } from '../answer-json.ts'
import { choice, hundredths, line, listOf, object, tuple } from '../answer-schema.ts'
import type { Task } from '../task.ts'
import { takeApart, thinkingLimits } from '../thinking.ts'
import { type DrivingInput, drivingRequest } from './driving-request.ts'
import { hundredthsText } from './fixed-point.ts'
import type { PlanConfig } from './plan-config.ts'

const NAME = 'driving/plan'

const SPEED_ACTIONS = {
  keep: Plan_SpeedAction.KEEP,
  accelerate: Plan_SpeedAction.ACCELERATE,
  decelerate: Plan_SpeedAction.DECELERATE,
  stop: Plan_SpeedAction.STOP,
} as const
const PATH_ACTIONS = {
  straight: Plan_PathAction.STRAIGHT,
  turn_left: Plan_PathAction.TURN_LEFT,
  turn_right: Plan_PathAction.TURN_RIGHT,
  change_lane_left: Plan_PathAction.CHANGE_LANE_LEFT,
  change_lane_right: Plan_PathAction.CHANGE_LANE_RIGHT,
} as const
type SpeedWord = keyof typeof SPEED_ACTIONS
type PathWord = keyof typeof PATH_ACTIONS
const SPEED_WORDS = Object.keys(SPEED_ACTIONS) as SpeedWord[]
const PATH_WORDS = Object.keys(PATH_ACTIONS) as PathWord[]

/** 8 poses each 0.5 s to 4.0 s: NAVSIM's horizon and rate, for which open planners are trained. */
const POSES = 8
const POSE_PERIOD_S = 0.5

/** 180 km/h for 4 s is 200 m; a car that plans backward leaves at most a manoeuvre's 10 m; m. */
const X_M = { min: -9.99, max: 199.99 }
/** A right-angled turn at the first moment, at 90 km/h; m. */
const Y_M = { min: -99.99, max: 99.99 }
/** A half turn to either side, in hundredths; rad. */
const HEADING_RAD = { min: -3.14, max: 3.14 }
/** One sentence of about 20 words. */
const REASON_CHARACTERS = 120
/** The same sentence where nothing bounded it: longer is no sentence. */
const FREE_REASON_CHARACTERS = 1000

const answerSchema = object({
  speed: choice(...SPEED_WORDS),
  path: choice(...PATH_WORDS),
  poses: listOf(
    POSES,
    tuple(hundredths(X_M.min, X_M.max), hundredths(Y_M.min, Y_M.max), hundredths(HEADING_RAD.min, HEADING_RAD.max)),
  ),
  reason: line(REASON_CHARACTERS),
})

const answerTokens = ({ answerTokenBudget }: PlanConfig): number =>
  longestAnswerTokens(NAME, answerSchema, answerTokenBudget)

const maxNewTokens = (config: PlanConfig): number =>
  thinkingLimits(config.thinking, answerSchema, answerTokens(config)).maxNewTokens

/** The plan's own settings are what the other questions begin with. */
export type PlanInput = Omit<DrivingInput<PlanConfig>, 'opening'>

const FORMAT = `Plan the next ${POSES * POSE_PERIOD_S} s. Answer with JSON only: "speed" (${SPEED_WORDS.join('|')}), "path" (${PATH_WORDS.join('|')}), "poses" = ${POSES} x [x,y,heading] at 0.5,1.0,...,4.0 s in the ego frame now, two decimals, "reason" = one sentence. Example: {"speed":"keep","path":"straight","poses":[[2.51,0.02,0.01],[5.03,0.05,0.01],...],"reason":"The lane ahead is free."}`

/** Asks for the plan from one set of frames. Throws OutriderError TASK_BUDGET as `maxNewTokens` does. */
export const buildPlanRequest = (input: PlanInput): ModelRequest =>
  drivingRequest(
    { ...input, opening: input.config },
    { task: NAME, text: FORMAT, answerSchema, answerTokens: answerTokens(input.config) },
  )

/** Free answers write Turn Left and change-lane-left too. */
const word = <W extends string>(words: readonly W[]) =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .trim()
            .toLowerCase()
            .replaceAll(/[\s-]+/g, '_')
        : value,
    z.enum(words),
  )
const within = ({ min, max }: { min: number; max: number }) => z.number().min(min).max(max)

const answer = z.object({
  speed: word(SPEED_WORDS),
  path: word(PATH_WORDS),
  poses: z.array(z.tuple([within(X_M), within(Y_M), within(HEADING_RAD)])).length(POSES),
  reason: z.string().max(FREE_REASON_CHARACTERS),
})

const unreadable = (found: string): { readonly fault: FaultReport } => ({
  fault: answerLost(NAME, 'answer-unreadable', `one JSON object with speed, path, ${POSES} poses and reason`, found),
})

/** Reads the constrained form, and what MiMo writes freely: after a think block, in a code fence, between prose. */
export const parsePlan = (
  text: string,
  request: ModelRequest,
): { readonly plan: Plan } | ReturnType<typeof unreadable> => {
  const { trace, answer: free } = takeApart(text)
  if (free === undefined) return unreadable(`a think block that never ends: ${snippet(text)}`)
  // The last object is the answer: what stands before it is the model talking to itself.
  const results = jsonObjectsIn(free).map((value) => answer.safeParse(value))
  const read = results.findLast(({ success }) => success)?.data
  if (!read) {
    const issue = results.at(-1)?.error?.issues[0]
    const where = issue ? `${issue.path.join('.') || 'the object'}: ${issue.message}` : 'none'
    return unreadable(`${where} in ${snippet(free)}`)
  }
  return {
    plan: create(PlanSchema, {
      requestId: request.requestId,
      referenceTimeNs: request.referenceTimeNs,
      speedAction: SPEED_ACTIONS[read.speed],
      pathAction: PATH_ACTIONS[read.path],
      steps: read.poses.map(([xM, yM, headingRad], index) => ({
        timeS: (index + 1) * POSE_PERIOD_S,
        poseInEgo: { xM, yM, headingRad },
      })),
      reason: read.reason,
      trace,
    }),
  }
}

/** Where the poses end in the constrained form. */
const REASON_BEGINS = ',"reason":'

/** The plan of an answer that is not at its end, once its poses are whole; its reason is still empty. Undefined before. */
export const parsePlanSoFar = (text: string, request: ModelRequest): Plan | undefined => {
  const { answer: free } = takeApart(text)
  const end = free?.indexOf(REASON_BEGINS) ?? -1
  if (free === undefined || end < 0) return undefined
  const parsed = parsePlan(`${free.slice(0, end)}${REASON_BEGINS}""}`, request)
  return 'plan' in parsed ? { ...parsed.plan, posesOnly: true } : undefined
}

const wordOf = (actions: Readonly<Record<string, number>>, action: number): string => {
  const found = Object.entries(actions).find(([, value]) => value === action)
  if (!found) throw new Error(`a plan with action ${action} has no word`)
  return found[0]
}

/** The plan as the constrained answer that says it; a plan with other times or numbers out of range is a bug. */
export const planAnswerText = ({ speedAction, pathAction, steps, reason }: Plan): string => {
  const poses = steps.map(({ poseInEgo }) => {
    if (!poseInEgo) throw new Error('a step of a plan has a pose')
    return `[${[poseInEgo.xM, poseInEgo.yM, poseInEgo.headingRad].map(hundredthsText).join(',')}]`
  })
  const words = `"speed":"${wordOf(SPEED_ACTIONS, speedAction)}","path":"${wordOf(PATH_ACTIONS, pathAction)}"`
  return `{${words},"poses":[${poses.join(',')}],"reason":${JSON.stringify(reason)}}`
}

/** A trajectory for the next 4 s from one set of frames. */
export const planTask: Task<PlanInput, { readonly plan: Plan }, PlanConfig> = {
  name: NAME,
  answerSchema,
  maxNewTokens,
  buildRequest: buildPlanRequest,
  parse: parsePlan,
}

import { create } from '@bufbuild/protobuf'
import { z } from 'zod'
import {
  type FaultReport,
  Prediction_Intention as Intention,
  type ModelRequest,
  type Prediction,
  PredictionSchema,
  Prediction_Source as Source,
} from '#messages'
import { longestAnswerTokens } from '../answer-budget.ts'
import { answerLost, answerMended, snippet } from '../answer-fault.ts'
import { jsonObjectsIn } from '../answer-json.ts'
import { choice, hundredths, listUpTo, object, whole } from '../answer-schema.ts'
import { wordFor, wordOr } from '../answer-word.ts'
import { readItems } from '../read-items.ts'
import type { Task } from '../task.ts'
import { takeApart, thinkingLimits } from '../thinking.ts'
import { type DrivingInput, drivingRequest } from './driving-request.ts'
import { hundredthsText } from './fixed-point.ts'
import type { PredictionConfig } from './prediction-config.ts'

const NAME = 'driving/prediction'

const INTENTIONS = {
  keep: Intention.KEEP,
  stop: Intention.STOP,
  yield: Intention.YIELD,
  cross: Intention.CROSS,
  turn_left: Intention.TURN_LEFT,
  turn_right: Intention.TURN_RIGHT,
  change_lane_left: Intention.CHANGE_LANE_LEFT,
  change_lane_right: Intention.CHANGE_LANE_RIGHT,
  reverse: Intention.REVERSE,
  park: Intention.PARK,
  unknown: Intention.UNSPECIFIED,
} as const
const INTENTION_WORDS = Object.keys(INTENTIONS)

/** The nearest: what is further has the road to itself for the next seconds. */
const AGENTS = 16
/** Agents go by their number in the question: short, and the same grammar for every set of tracks. */
const answerSchema = object({
  agents: listUpTo(
    AGENTS,
    object({ agent: whole(1, AGENTS), intention: choice(...INTENTION_WORDS), probability: hundredths(0, 1) }),
  ),
})

/** A tracked agent, seen from the ego frame at the frame set's instant. */
export interface AskedAgent {
  /** Of its track. */
  readonly id: string
  readonly label: string
  /** m. */
  readonly positionInEgo: { readonly xM: number; readonly yM: number }
  /** Over ground; m/s. */
  readonly velocityInEgoMps: { readonly x: number; readonly y: number }
}

export interface PredictionInput extends DrivingInput<PredictionConfig> {
  /** At least one; the nearest 16 are asked about. */
  readonly agents: readonly AskedAgent[]
}

/** The nearest to the ego first; of equals the earlier in the list. */
const nearest = (agents: readonly AskedAgent[]): readonly AskedAgent[] => {
  const distanceM = ({ positionInEgo: { xM, yM } }: AskedAgent): number => Math.hypot(xM, yM)
  return [...agents].sort((a, b) => distanceM(a) - distanceM(b)).slice(0, AGENTS)
}

const agentText = (
  { label, positionInEgo: { xM, yM }, velocityInEgoMps: { x, y } }: AskedAgent,
  index: number,
): string =>
  `[${[index + 1, label.slice(0, 40).replaceAll(/[^\w -]/g, ''), ...[xM, yM, x, y].map(hundredthsText)].join(',')}]`

const formatText = (agents: readonly AskedAgent[]): string =>
  [
    `Agents [number,label,x,y,vx,vy] (ego frame now, m, m/s): ${agents.map(agentText).join('')}.`,
    `What will each do in the next 4 s? Answer with JSON only: "agents" = those you can tell, each with "agent" = its number, "intention" (${INTENTION_WORDS.join('|')}), "probability" = of that intention, 0.00 to 1.00. Example: {"agents":[{"agent":1,"intention":"keep","probability":0.80}]}`,
  ].join('\n')

const maxNewTokens = ({ answerTokenBudget, thinking }: PredictionConfig): number =>
  thinkingLimits(thinking, answerSchema, longestAnswerTokens(NAME, answerSchema, answerTokenBudget)).maxNewTokens

/** Asks what the agents will do. Throws OutriderError TASK_BUDGET as `maxNewTokens` does. */
export const buildPredictionRequest = (input: PredictionInput): ModelRequest => {
  const agents = nearest(input.agents)
  if (agents.length === 0) throw new Error('there is no agent to ask about')
  return drivingRequest(input, {
    task: NAME,
    text: formatText(agents),
    answerSchema,
    answerTokens: longestAnswerTokens(NAME, answerSchema, input.config.answerTokenBudget),
    trackIds: agents.map(({ id }) => id),
  })
}

const item = z.object({
  agent: z.union([z.string(), z.number()]).transform(String),
  intention: wordOr<Intention>(INTENTIONS, Intention.UNSPECIFIED),
  probability: z.number().optional().catch(Number.NaN),
})
type Item = z.infer<typeof item>

const itemsIn = (text: string): readonly unknown[] | undefined => {
  const objects = jsonObjectsIn(text)
  const answer = objects.findLast((value): value is { agents: unknown[] } =>
    Array.isArray((value as { agents?: unknown }).agents),
  )
  if (answer) return answer.agents
  // A free answer may be the list alone.
  const items = objects.filter((value) => 'agent' in (value as object) && 'intention' in (value as object))
  return items.length > 0 ? items : undefined
}

/** The agents of good items, each once; what is wrong with the others. */
const sortOut = (items: readonly Item[], trackIds: readonly string[], faults: FaultReport[]) => {
  const seen = new Set<string>()
  return items.flatMap(({ agent, intention, probability }) => {
    const id = /^\d+$/.test(agent) ? trackIds[Number(agent) - 1] : undefined
    if (id === undefined) {
      faults.push(answerLost(NAME, 'agent-unknown', `an agent from 1 to ${trackIds.length}`, snippet(agent)))
      return []
    }
    if (seen.has(id)) {
      faults.push(answerLost(NAME, 'agent-repeated', 'each agent once', `${id} again`))
      return []
    }
    seen.add(id)
    const sane = probability === undefined || (probability >= 0 && probability <= 1)
    if (!sane)
      faults.push(answerMended(NAME, 'probability-ignored', 'a number from 0 to 1', `${probability} for ${id}`))
    return [{ id, intention, source: Source.MODEL, ...(sane && probability !== undefined && { probability }) }]
  })
}

/**
 * Reads what the model says that each agent will do; of two intentions for one agent the first counts. The paths are still
 * empty. Faults tell what was mended or lost.
 */
export const parsePrediction = (
  text: string,
  { requestId, referenceTimeNs, trackIds }: ModelRequest,
): { readonly prediction: Prediction; readonly faults: readonly FaultReport[] } | { readonly fault: FaultReport } => {
  const { trace, answer } = takeApart(text)
  const unreadable = (found: string) => ({
    fault: answerLost(NAME, 'answer-unreadable', 'one JSON object with agents', found),
  })
  if (answer === undefined) return unreadable(`a think block that never ends: ${snippet(text)}`)
  const found = itemsIn(answer)
  if (!found) return unreadable(`none in ${snippet(answer)}`)
  const read = readItems(NAME, found, { key: 'agents', most: AGENTS, item })
  const faults = [...read.faults]
  const agents = sortOut(read.items, trackIds, faults)
  return { prediction: create(PredictionSchema, { requestId, referenceTimeNs, agents, trace }), faults }
}

/**
 * The intentions as the constrained answer to the question about these tracks; an agent that was not asked about, or
 * without a probability, is a bug.
 */
export const predictionAnswerText = ({ agents }: Prediction, { trackIds }: ModelRequest): string => {
  const items = agents.map(({ id, intention, probability }) => {
    const agent = trackIds.indexOf(id) + 1
    if (probability === undefined || agent === 0) throw new Error(`${id} has no number or no probability to say`)
    const word = wordFor<Intention>(INTENTIONS, intention)
    return `{"agent":${agent},"intention":"${word}","probability":${hundredthsText(probability)}}`
  })
  return `{"agents":[${items.join(',')}]}`
}

/** What the tracked agents will do. */
export const predictionTask: Task<
  PredictionInput,
  { readonly prediction: Prediction; readonly faults: readonly FaultReport[] },
  PredictionConfig
> = { name: NAME, answerSchema, maxNewTokens, buildRequest: buildPredictionRequest, parse: parsePrediction }

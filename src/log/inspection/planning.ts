import {
  decode,
  findTopic,
  ModelAnswer_Finish,
  ModelAnswerSchema,
  ModelRequestSchema,
  PlanSchema,
  type TapeRecord,
  Verdict_Decision,
  VerdictSchema,
} from '#messages'
import { msFromNs, type Quantiles, quantilesOf } from './quantiles.ts'

export interface Planning {
  readonly requests: number
  readonly plans: number
  /** Answers, to whatever task, that ended by themselves or with the token budget and of which nothing could be made. */
  readonly refusals: number
  readonly answers: { readonly stop: number; readonly length: number; readonly cut: number; readonly failed: number }
  readonly answerTokens: number
  /** Request to first part, and to last, by log time; ms. */
  readonly firstPartMs?: Quantiles
  readonly answerMs?: Quantiles
  /** Request to the plan with all its poses, its reason perhaps still to come; ms. */
  readonly planPosesMs?: Quantiles
  /** Capture of a plan's frame set to the first verdict that let it through; ms. */
  readonly captureToVerdictMs?: Quantiles
  /** Age of the plan at each verdict that let one through; ms. */
  readonly planAgeMs?: Quantiles
  readonly verdicts: { readonly plan: number; readonly minimalRiskStop: number }
  /** Check -> how often it found a limit that was not kept. */
  readonly findings: Readonly<Record<string, number>>
}

const FINISHES = {
  [ModelAnswer_Finish.STOP]: 'stop',
  [ModelAnswer_Finish.LENGTH]: 'length',
  [ModelAnswer_Finish.CUT]: 'cut',
  [ModelAnswer_Finish.FAILED]: 'failed',
} as const

/** From request to verdict: what was asked, answered, planned and let through, and how long it took. */
export const createPlanning = () => {
  const askedNs = new Map<bigint, bigint>()
  const planAskedNs = new Map<bigint, bigint>()
  const answers = { stop: 0, length: 0, cut: 0, failed: 0 }
  const verdicts = { plan: 0, minimalRiskStop: 0 }
  const findings: Record<string, number> = {}
  const ms = {
    firstPart: [] as number[],
    answer: [] as number[],
    poses: [] as number[],
    captureToVerdict: [] as number[],
    planAge: [] as number[],
  }
  let requests = 0
  /** Requests that were answered, and of whose answers nothing was made yet. */
  const unused = new Set<bigint>()
  let plans = 0
  let answerTokens = 0
  let lastPlanLetThrough = 0n

  const hearAnswer = (payload: Uint8Array, logTimeNs: bigint): void => {
    const part = decode(ModelAnswerSchema, payload)
    const asked = askedNs.get(part.requestId)
    answerTokens += part.tokenIds.length
    if (asked !== undefined && part.part === 0) ms.firstPart.push(msFromNs(logTimeNs - asked))
    const finish = FINISHES[part.finish as keyof typeof FINISHES]
    if (!finish) return
    answers[finish] += 1
    if (finish === 'stop' || finish === 'length') unused.add(part.requestId)
    if (asked !== undefined) ms.answer.push(msFromNs(logTimeNs - asked))
    askedNs.delete(part.requestId)
  }

  /** A plan may be told twice: when its poses are there, and whole. */
  const hearPlan = (payload: Uint8Array, logTimeNs: bigint): void => {
    const { requestId, posesOnly } = decode(PlanSchema, payload)
    const asked = planAskedNs.get(requestId)
    if (asked !== undefined) ms.poses.push(msFromNs(logTimeNs - asked))
    planAskedNs.delete(requestId)
    if (!posesOnly) plans += 1
  }

  const hearTask = (topic: string, payload: Uint8Array, logTimeNs: bigint): void => {
    if (topic === '/tasks/plan') hearPlan(payload, logTimeNs)
    const schema = findTopic(topic)?.schema
    // Every task's message says which request it came of.
    const requestId: unknown = schema && Reflect.get(decode(schema, payload), 'requestId')
    if (typeof requestId === 'bigint') unused.delete(requestId)
  }

  const hearVerdict = (payload: Uint8Array): void => {
    const verdict = decode(VerdictSchema, payload)
    for (const { check } of verdict.findings) findings[check] = (findings[check] ?? 0) + 1
    if (verdict.decision === Verdict_Decision.MINIMAL_RISK_STOP) verdicts.minimalRiskStop += 1
    if (verdict.decision !== Verdict_Decision.PLAN) return
    verdicts.plan += 1
    const ageMs = (verdict.planAgeS ?? 0) * 1e3
    ms.planAge.push(ageMs)
    if (verdict.planRequestId !== lastPlanLetThrough) ms.captureToVerdict.push(ageMs)
    lastPlanLetThrough = verdict.planRequestId
  }

  return {
    add({ topic, payload, logTimeNs }: TapeRecord): void {
      if (topic === '/model/request') {
        requests += 1
        const { requestId, task } = decode(ModelRequestSchema, payload)
        askedNs.set(requestId, logTimeNs)
        if (task === 'driving/plan') planAskedNs.set(requestId, logTimeNs)
      } else if (topic === '/model/answer') hearAnswer(payload, logTimeNs)
      else if (topic.startsWith('/tasks/')) hearTask(topic, payload, logTimeNs)
      else if (topic === '/planners/verdict') hearVerdict(payload)
    },
    result(): Planning {
      const quantiles = {
        firstPartMs: quantilesOf(ms.firstPart),
        answerMs: quantilesOf(ms.answer),
        planPosesMs: quantilesOf(ms.poses),
        captureToVerdictMs: quantilesOf(ms.captureToVerdict),
        planAgeMs: quantilesOf(ms.planAge),
      }
      const known = Object.fromEntries(Object.entries(quantiles).filter(([, value]) => value !== undefined))
      return { requests, plans, refusals: unused.size, answers, answerTokens, ...known, verdicts, findings }
    },
  }
}

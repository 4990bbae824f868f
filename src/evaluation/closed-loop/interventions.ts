import { decode, FaultSchema, ModelRequestSchema, PlanSchema, Verdict_Decision, VerdictSchema } from '#messages'
import type { Output } from '#pipeline'
import type { AnswerCounts, Interventions } from './score.ts'

/** An answered question that came to nothing is told by one of these sources. */
const ANSWER_SOURCES: ReadonlySet<string> = new Set(['tasks', 'model', 'pipeline'])
/** It says that no newer plan came, not that this one is bad. */
const GROWN_OLD = 'age'

/** Listens to the pipeline: what the safety planners did about the plans, and what became of the questions. */
export const watchPipeline = () => {
  const judged = new Set<bigint>()
  const refused = new Set<bigint>()
  const against = new Map<string, Set<bigint>>()
  const faults = new Map<string, number>()
  let [verdicts, olderPlanVerdicts, stopVerdicts, minimalRiskStops, requests, plans] = [0, 0, 0, 0, 0, 0]
  let stopping = false

  const onVerdict = (payload: Uint8Array): void => {
    const { decision, planRequestId, followedPlanRequestId, findings } = decode(VerdictSchema, payload)
    verdicts += 1
    if (planRequestId > 0n) judged.add(planRequestId)
    for (const { check } of findings) {
      const plansOfCheck = against.get(check) ?? new Set()
      against.set(check, plansOfCheck.add(planRequestId))
      if (check !== GROWN_OLD) refused.add(planRequestId)
    }
    const stops = decision === Verdict_Decision.MINIMAL_RISK_STOP
    if (stops) stopVerdicts += 1
    else if (followedPlanRequestId !== planRequestId) olderPlanVerdicts += 1
    if (stops && !stopping) minimalRiskStops += 1
    stopping = stops
  }
  const onFault = (payload: Uint8Array): void => {
    const { source, code } = decode(FaultSchema, payload)
    if (!ANSWER_SOURCES.has(source)) return
    const name = `${source}/${code}`
    faults.set(name, (faults.get(name) ?? 0) + 1)
  }

  return {
    onOutput({ topic, payload }: Output): void {
      if (topic === '/planners/verdict') onVerdict(payload)
      else if (topic === '/pipeline/fault') onFault(payload)
      else if (topic === '/model/request' && decode(ModelRequestSchema, payload).task === 'driving/plan') requests += 1
      else if (topic === '/tasks/plan' && !decode(PlanSchema, payload).posesOnly) plans += 1
    },
    interventions: (): Interventions => ({
      verdicts,
      plansJudged: judged.size,
      plansRefused: refused.size,
      refusedBy: Object.fromEntries([...against].map(([check, { size }]) => [check, size]).toSorted()),
      olderPlanVerdicts,
      stopVerdicts,
      minimalRiskStops,
    }),
    answers: (): AnswerCounts => ({ requests, plans, faults: Object.fromEntries([...faults].toSorted()) }),
  }
}

import Table from 'cli-table3'
import type { ClosedLoopTotals } from '../evaluation/closed-loop/aggregate.ts'
import type { ClosedLoopReport } from '../evaluation/closed-loop/run-suite.ts'
import type { ClosedLoopScore } from '../evaluation/closed-loop/score.ts'

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`

const counted = (counts: Readonly<Record<string, number>>): string => {
  const text = Object.entries(counts).map(([name, count]) => `${name} ${count}`)
  return text.length === 0 ? 'none' : text.join(', ')
}

/** One drive in words. */
export function* scoreLines(score: ClosedLoopScore): Generator<string> {
  const { scenario, planner, drivenS, end, clean, infractions, progress, comfort, interventions, answers } = score
  const at = `${scenario.family} ${scenario.seed}`
  yield `${at}: ${planner} drove ${drivenS.toFixed(1)} s (${end}), ${clean ? 'without infraction' : `not clean: ${infractions.join(', ') || 'it did not get on'}`}`
  for (const { timeS, agent, contact, atFault, speedMps } of score.collisions) {
    yield `  ${timeS.toFixed(1)} s  collision with a ${agent} (${contact}) at ${speedMps.toFixed(1)} m/s, ${atFault ? 'its own fault' : 'not its fault'}`
  }
  for (const { timeS, id } of score.redLightsRun) yield `  ${timeS.toFixed(1)} s  red light run (${id})`
  for (const { timeS, id } of score.stopSignsRun) yield `  ${timeS.toFixed(1)} s  stop sign run (${id})`
  if (score.offRoadS > 0) yield `  off the road for ${score.offRoadS.toFixed(1)} s`
  if (score.wrongWay.drivenM > 0) yield `  ${score.wrongWay.drivenM.toFixed(1)} m in a lane of the other direction`
  yield `  progress ${progress.drivenM.toFixed(0)} m, ${percent(progress.share)} of the world's own driver`
  const beyond = Object.entries(comfort.limits).filter(([, { exceeded }]) => exceeded > 0)
  yield `  comfort ${comfort.comfortable ? 'within nuPlan limits' : `beyond nuPlan limits: ${beyond.map(([name, { worst }]) => `${name} ${percent(worst)}`).join(', ')}`}`
  yield `  ${answers.requests} questions, ${answers.plans} plans; faults: ${counted(answers.faults)}`
  yield `  planners: ${interventions.plansRefused} of ${interventions.plansJudged} plans refused (${counted(interventions.refusedBy)}), ${interventions.minimalRiskStops} minimal-risk stops`
}

/** A suite in words: one row a family. */
export function* reportLines(report: ClosedLoopReport): Generator<string> {
  const { suite, planner, latencyMs, seconds, all, families, replayed } = report
  yield `${suite}: ${all.drives} drives of ${seconds} s, planner ${planner}, answers after ${latencyMs} ms`
  const table = new Table({
    head: [
      'family',
      'clean',
      'completed',
      'hits',
      'hit by',
      'red',
      'off road',
      'off route',
      'wrong way',
      'progress',
      'comfort',
      'refused',
      'stops',
    ],
    style: { head: [], border: [], compact: true },
  })
  for (const [family, totals] of Object.entries(families)) table.push(row(family, totals))
  table.push(row('all', all))
  yield table.toString()
  yield `plans refused by: ${counted(all.refusedBy)}; answers: ${all.plans} plans of ${all.requests} questions, faults: ${counted(all.answerFaults)}`
  if (replayed) yield `replayed: ${replayed.same} of ${replayed.drives} tapes came out the same`
}

const row = (name: string, totals: ClosedLoopTotals): string[] => [
  name,
  `${totals.clean} of ${totals.drives}`,
  percent(totals.completedShare),
  String(totals.collisionsAtFault),
  String(totals.collisionsOfOthers),
  String(totals.redLightsRun),
  String(totals.leftRoad),
  String(totals.leftRoute),
  String(totals.wrongWay),
  percent(totals.progressShare),
  percent(totals.comfortableShare),
  `${totals.plansRefused} of ${totals.plansJudged}`,
  String(totals.minimalRiskStops),
]

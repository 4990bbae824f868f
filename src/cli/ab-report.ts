import Table from 'cli-table3'
import type { AbReport } from '#replay'

/** What changed with the other model, for people. */
export function* abLines(report: AbReport): Generator<string> {
  const { plans, paired, apart, otherAction, toleranceM, rmsM, verdicts, first, furthest, perStep } = {
    ...report,
    paired: report.plans.paired,
  }
  yield `  plans: ${plans.recorded} recorded, ${plans.other} of the other model, ${paired} about the same frame set`
  if (rmsM === undefined) return
  yield `  of ${paired} pairs ${apart} are apart by more than ${toleranceM} m, ${otherAction} have another action; RMS ${rmsM.toFixed(2)} m`
  if (first)
    yield `  the first that differs: frame set at ${seconds(first.referenceTimeNs)} s, ${first.rmsM.toFixed(2)} m apart, requests ${first.recordedRequestId} and ${first.otherRequestId}`
  if (furthest)
    yield `  furthest apart: frame set at ${seconds(furthest.referenceTimeNs)} s, ${furthest.rmsM.toFixed(2)} m`
  const table = new Table({
    head: ['s ahead', ...perStep.map(({ timeS }) => String(timeS))],
    style: { head: [], border: [], compact: true },
  })
  table.push(['RMS, m', ...perStep.map((step) => step.rmsM.toFixed(2))])
  yield table.toString()
  yield `  verdicts: of ${verdicts.compared} ticks ${verdicts.recordedPlan} let the recorded plan through, ${verdicts.otherPlan} the other; ${verdicts.otherDecision} decided otherwise${verdicts.firstOtherDecisionNs === undefined ? '' : `, first at ${seconds(verdicts.firstOtherDecisionNs)} s`}`
}

const seconds = (ns: bigint): string => `${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, '0')}`

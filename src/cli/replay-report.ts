import type { Verification } from '#log'
import type { AbReport, ComparisonReport, RecomputeReport } from '#replay'
import { describeDivergence } from '#replay'
import { abLines } from './ab-report.ts'
import { toJson } from './to-json.ts'

export interface ReplaySummary {
  readonly tape: string
  readonly events?: number
  readonly outputs?: number
  /** First and last event; ns since the Unix epoch. */
  readonly spanNs?: readonly [bigint, bigint]
  readonly wallMs?: number
  /** The snapshot that it started after; undefined in it: none was early enough, it started at the beginning. */
  readonly from?: { readonly logTimeNs: bigint; readonly sequence: number } | undefined
  readonly verification?: Verification
  readonly comparison?: ComparisonReport
  readonly recompute?: RecomputeReport
  readonly ab?: AbReport
  readonly picture?: string
}

export type ReplayResult = 'same' | 'damaged' | 'diverged' | 'replayed'

const resultOf = ({ verification, comparison, recompute }: ReplaySummary): ReplayResult => {
  if (verification && verification.damaged.length > 0) return 'damaged'
  if (comparison && !comparison.same) return 'diverged'
  if (recompute && recompute.differences.length > 0) return 'diverged'
  return comparison || recompute ? 'same' : 'replayed'
}

/** Prints what came of the replay; returns the exit code: 1 when damaged or diverged. */
export const printReplay = (summary: ReplaySummary, json: boolean): number => {
  const result = resultOf(summary)
  if (json) console.log(toJson({ result, ...summary }))
  else for (const line of linesOf(summary, result)) console.log(line)
  return result === 'damaged' || result === 'diverged' ? 1 : 0
}

function* linesOf(summary: ReplaySummary, result: ReplayResult): Generator<string> {
  const { tape, events, outputs, spanNs, wallMs, verification, comparison, recompute } = summary
  yield `${result}: ${tape}`
  if (verification) {
    const { damaged, messages, chunks, complete, chainSha256 } = verification
    yield `  file: ${messages} messages in ${chunks} chunks, ${complete ? 'closed in order' : 'cut short: read to its last whole chunk'}, chain ${chainSha256.slice(0, 16)}…`
    for (const { offset, what, expected, found } of damaged) {
      yield `  damaged at byte ${offset}: ${what}: expected ${expected}; found ${found}`
    }
  }
  if ('from' in summary) {
    yield summary.from
      ? `  from: snapshot #${summary.from.sequence} at ${summary.from.logTimeNs} ns; what stands before it was not stepped`
      : '  from: the beginning; no snapshot stands before the time that was given'
  }
  if (events !== undefined && spanNs && wallMs !== undefined) {
    const seconds = Number(spanNs[1] - spanNs[0]) / 1e9
    yield `  replayed: ${events} events, ${outputs} outputs; ${seconds.toFixed(1)} s of driving in ${(wallMs / 1e3).toFixed(2)} s (${((seconds * 1e3) / wallMs).toFixed(1)} x real time)`
  }
  if (comparison) {
    yield comparison.same
      ? `  compared: all ${comparison.compared} messages of step are the same, byte for byte`
      : `  compared: ${comparison.diverged} messages diverged, ${comparison.compared} compared; the first:`
    if (comparison.first) for (const line of describeDivergence(comparison.first).split('\n')) yield `    ${line}`
  }
  if (summary.ab) yield* abLines(summary.ab)
  if (summary.picture) yield `  picture: ${summary.picture}`
  if (recompute) {
    yield `  recomputed: ${recompute.answers} answers, ${recompute.tokens} tokens, ${recompute.differences.length} answers differ`
    for (const { requestId, token, recorded, recomputed, failure } of recompute.differences.slice(0, 5)) {
      yield `    request ${requestId}, token ${token}: recorded ${recorded ?? 'none'}, recomputed ${recomputed ?? failure ?? 'none'}`
    }
  }
}

import type { Command } from 'commander'
import { inspectTape } from '#log'
import { byteProgress } from './byte-progress.ts'
import { inspectionLines } from './inspect-report.ts'
import { toJson } from './to-json.ts'

const HELP = `
Example:
  outrider inspect drive.mcap --json

Keys of the JSON object (times ending in Ns are decimal strings of ns since the Unix epoch):
  path, messages, durationS, startNs, endNs
  file        sizeBytes, complete, lostBytes, chunks, compressedChunks, chainSha256, library
  topics[]    topic, producer, messages, bytes, rateHz, expectedHz, largestGapS, largestGapAtNs, ageMs
  cameras     frameSets, closedBy {complete, wait, newer}, spreadMs, missingViews {view: sets}
  stages[]    stage, count, p50, p95, p99, max (ms), cpuMs
  planning    requests, plans, refusals, answers {stop, length, cut, failed}, answerTokens, firstPartMs,
              answerMs, planPosesMs, captureToVerdictMs, planAgeMs, verdicts {plan, minimalRiskStop}, findings {check: times}
  faults[]    source, code, topic, severity, messages, times, firstNs, lastNs, message
  run         versions, hashes, model {engine, bundleSha256, starts, exits}, ended
  undecodable {topic: messages}
  suspicions[] sentences: gaps of more than two periods, slow or old topics, missing views, refusals, stops, …
Names in ms hold count, p50, p95, p99 and max; what a tape cannot say is absent.
`

/** Bytes that take long enough to read, about a second, for a bar. */
const WORTH_A_BAR_BYTES = 300e6

/** Says what a tape holds; exits 0 whatever it finds, since a suspicion is no verdict. */
export const registerInspect = (program: Command): void => {
  program
    .command('inspect')
    .description('Show what a tape holds: topics, rates, gaps, camera skew, latencies, plans, refusals, faults.')
    .argument('<tape>', 'an MCAP file that Outrider wrote')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (path: string, { json = false }: { readonly json?: boolean }) => {
      const progress = byteProgress('inspect')
      const onProgress = (done: number, size: number): void => {
        if (size >= WORTH_A_BAR_BYTES) progress.update(done, size)
      }
      const inspection = await inspectTape(path, { onProgress }).finally(() => progress.stop())
      if (json) console.log(toJson({ path, ...inspection }))
      else for (const line of inspectionLines(path, inspection)) console.log(line)
    })
}

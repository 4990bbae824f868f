import { findTopic } from '#messages'
import type { Inspection } from './inspection.ts'

/** Share of the expected messages below which a topic is slow: openpilot's freq_ok (cereal/messaging). */
const LEAST_RATE_SHARE = 0.9
/** Periods without a message that make a gap. */
const GAP_PERIODS = 2

/** What a person should look at, in plain sentences; empty when nothing stands out. */
export const suspicionsOf = (inspection: Omit<Inspection, 'suspicions'>): string[] => [
  ...fileSuspicions(inspection),
  ...inspection.topics.flatMap((topic) => [...topicSuspicions(topic)]),
  ...driveSuspicions(inspection),
]

function* fileSuspicions({ file, run, topics, undecodable }: Omit<Inspection, 'suspicions'>): Generator<string> {
  for (const [topic, messages] of Object.entries(undecodable))
    yield `${topic}: ${messages} messages are no protobuf of its schema`
  if (!file.complete) yield `the file was never closed: ${file.lostBytes} bytes after the last whole chunk are lost`
  const ticks = topics.some(({ topic }) => topic === '/pipeline/tick')
  if (ticks && !run.ended) yield 'the drive did not end in order: /pipeline/end is missing'
}

function* topicSuspicions({
  topic,
  rateHz,
  expectedHz,
  largestGapS,
  ageMs,
}: Inspection['topics'][number]): Generator<string> {
  if (expectedHz !== undefined) {
    const periods = largestGapS * expectedHz
    if (periods > GAP_PERIODS) {
      yield `${topic}: ${largestGapS.toFixed(3)} s without a message, ${periods.toFixed(1)} periods of ${expectedHz} Hz`
    }
    if (rateHz !== undefined && rateHz < LEAST_RATE_SHARE * expectedHz) {
      yield `${topic}: ${rateHz.toFixed(2)} Hz where ${expectedHz} Hz are expected`
    }
  }
  const staleAfterMs = findTopic(topic)?.staleAfterMs
  if (ageMs && staleAfterMs !== undefined && ageMs.max > staleAfterMs) {
    yield `${topic}: up to ${ageMs.max.toFixed(0)} ms old at admission, stale after ${staleAfterMs} ms`
  }
  if (ageMs && ageMs.p50 < 0)
    yield `${topic}: captured ${(-ageMs.p50).toFixed(0)} ms after its admission: clocks disagree`
}

function* driveSuspicions({ cameras, planning, run, faults }: Omit<Inspection, 'suspicions'>): Generator<string> {
  for (const [view, sets] of Object.entries(cameras.missingViews)) {
    yield `${view} is missing in ${sets} of ${cameras.frameSets} frame sets`
  }
  const { plans, refusals, answers, requests, verdicts } = planning
  if (requests > 0 && plans === 0) yield `${requests} requests and no plan`
  if (refusals > 0) yield `${refusals} of ${answers.stop + answers.length} finished answers could not be used`
  if (answers.failed + answers.cut > 0) yield `${answers.failed} answers failed, ${answers.cut} were cut`
  if (run.model.starts > 1) yield `the model process was started ${run.model.starts} times`
  const all = verdicts.plan + verdicts.minimalRiskStop
  if (verdicts.minimalRiskStop > 0) yield `${verdicts.minimalRiskStop} of ${all} verdicts are minimal-risk stops`
  for (const { source, code, severity, times } of faults) {
    if (severity === 'error') yield `${source} reported ${code} ${times} times`
  }
}

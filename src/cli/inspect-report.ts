import Table from 'cli-table3'
import type { Inspection } from '#log'

type Quantiles = NonNullable<Inspection['planning']['answerMs']>

const MIB = 2 ** 20

/** An inspection for people: tables of at most 100 columns, what is suspicious last. */
export function* inspectionLines(path: string, inspection: Inspection): Generator<string> {
  const { file, messages, durationS, startNs, run, suspicions } = inspection
  const { complete, sizeBytes, chunks, compressedChunks, chainSha256, library } = file
  yield `${path}: ${messages} messages in ${durationS.toFixed(1)} s from ${isoTime(startNs)}`
  yield `  ${(sizeBytes / MIB).toFixed(1)} MiB in ${chunks} chunks, ${compressedChunks} of them zstd; ${complete ? 'closed in order' : 'never closed'}; by ${library}`
  yield `  chain ${chainSha256 || 'none'}`
  const facts = Object.entries({ ...run.versions, ...run.hashes })
  if (facts.length > 0)
    yield* folded(
      `  made from`,
      facts.map(([name, value]) => `${name} ${shortened(value)}`),
    )
  yield* topicLines(inspection)
  yield* latencyLines(inspection)
  yield* driveLines(inspection)
  yield* faultLines(inspection)
  yield ''
  yield suspicions.length === 0 ? 'Nothing suspicious.' : 'Suspicious:'
  for (const suspicion of suspicions) yield `  - ${suspicion}`
}

function* topicLines({ topics }: Inspection): Generator<string> {
  yield* table(
    ['topic', 'by', 'messages', 'Hz', 'expected', 'gap s', 'age ms p50', 'p99'],
    topics.map(({ topic, producer, messages, rateHz, expectedHz, largestGapS, ageMs }) => [
      topic,
      producer,
      String(messages),
      rateHz === undefined ? '' : rateHz.toFixed(2),
      expectedHz === undefined ? '' : String(expectedHz),
      messages < 2 ? '' : largestGapS.toFixed(3),
      ageMs ? ageMs.p50.toFixed(1) : '',
      ageMs ? ageMs.p99.toFixed(1) : '',
    ]),
  )
}

function* latencyLines({ stages, planning, cameras }: Inspection): Generator<string> {
  const rows: [string, Quantiles | undefined][] = [
    ['camera skew in a frame set', cameras.spreadMs],
    ['request to first part', planning.firstPartMs],
    ['request to answer', planning.answerMs],
    ['request to poses of the plan', planning.planPosesMs],
    ['capture to first verdict', planning.captureToVerdictMs],
    ['plan age at a verdict', planning.planAgeMs],
    ...stages.map((stage): [string, Quantiles] => [`stage ${stage.stage}`, stage]),
  ]
  yield* table(
    ['ms', 'count', 'p50', 'p95', 'p99', 'max'],
    rows.flatMap(([name, found]) => {
      if (!found) return []
      const { count, p50, p95, p99, max } = found
      return [[name, String(count), ...[p50, p95, p99, max].map((ms) => ms.toFixed(2))]]
    }),
  )
}

function* driveLines({ planning, cameras, run }: Inspection): Generator<string> {
  const { requests, plans, refusals, answers, verdicts, answerTokens, findings } = planning
  const { complete, wait, newer } = cameras.closedBy
  // An imported drive has been driven by no model.
  if (cameras.frameSets + requests + verdicts.plan + verdicts.minimalRiskStop === 0) return
  yield ''
  yield `Frame sets: ${cameras.frameSets}, of which ${complete} complete, ${wait} after waiting, ${newer} overtaken`
  yield `Model:      ${run.model.engine || 'none'}, ${run.model.starts} starts, ${run.model.exits} exits; ${requests} requests, ${answerTokens} tokens`
  yield `Answers:    ${answers.stop} whole, ${answers.length} out of tokens, ${answers.cut} cut, ${answers.failed} failed`
  yield `Plans:      ${plans} made, ${refusals} refused`
  yield `Verdicts:   ${verdicts.plan} plan, ${verdicts.minimalRiskStop} minimal-risk stop`
  const found = Object.entries(findings).map(([check, count]) => `${check} ${count}`)
  if (found.length > 0) yield* folded('Findings:  ', found)
}

function* faultLines({ faults }: Inspection): Generator<string> {
  yield* table(
    ['fault', 'source', 'severity', 'times', 'topic'],
    faults.map(({ code, source, severity, times, topic }) => [code, source, severity, String(times), topic]),
  )
}

/** Rows under a head, or nothing where there are none. */
function* table(head: readonly string[], rows: readonly (readonly string[])[]): Generator<string> {
  if (rows.length === 0) return
  const numbers = rows[0]?.map((_, column) => rows.every((row) => /^[-\d.]*$/.test(row[column] ?? ''))) ?? []
  const drawn = new Table({
    head: [...head],
    colAligns: numbers.map((number) => (number ? 'right' : 'left')),
    chars: { ...NO_LINES, middle: '  ' },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  drawn.push(...rows.map((row) => [...row]))
  yield ''
  for (const line of drawn.toString().split('\n')) yield line.trimEnd()
}

const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((part) => [part, '']),
)

/** Words joined by commas, in lines of at most 100 characters. */
function* folded(label: string, words: readonly string[]): Generator<string> {
  let line = label
  for (const [index, word] of words.entries()) {
    const next = `${word}${index < words.length - 1 ? ',' : ''}`
    if (line.length + 1 + next.length > 100) {
      yield line
      line = ' '.repeat(label.length)
    }
    line += ` ${next}`
  }
  yield line
}

const shortened = (value: string): string => (/^[0-9a-f]{32,}$/.test(value) ? `${value.slice(0, 12)}…` : value)

const isoTime = (ns: bigint): string => new Date(Number(ns / 1_000_000n)).toISOString()

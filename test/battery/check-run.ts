import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { readTape } from '#log'
import type { Condition } from './conditions.ts'
import { createRandom } from './random.ts'
import { type Recording, type RecordPorts, recordRun } from './record-run.ts'
import { type ReplayAnswer, replayTape } from './replay-tape.ts'
import type { CheckResult, RunResult } from './results.ts'
import type { RunPlan } from './run-plan.ts'

export const sha256Of = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex')

const notSame = ({ code, result, compared, first, stderr }: ReplayAnswer): string[] =>
  code === 0 && result === 'same' && compared > 0
    ? []
    : [`replay: exit ${code}, ${result}, ${compared} compared, first ${JSON.stringify(first)} ${stderr}`.trim()]

/** Drives that are tried until one has what every run has to have. */
const MOST_DRIVES = 3

/** Drives, and replays twice: what it is that every run must pass. */
export const checkRun = async (plan: RunPlan, ports: RecordPorts): Promise<RunResult> => {
  const startedMs = performance.now()
  let drives = 0
  let recording: Recording | Error
  // On a machine that others keep busy every frame may be stale when it comes: such a drive counts for nothing.
  do {
    recording = await recordRun(plan, ports).catch((error: Error) => error)
    drives += 1
  } while (!(recording instanceof Error) && shortOf(recording, ports).length > 0 && drives < MOST_DRIVES)
  const head = { kind: 'run', number: plan.number, trouble: plan.trouble, drives } as const
  if (recording instanceof Error) {
    const nothing = {
      droveS: 0,
      messages: 0,
      plans: 0,
      faults: 0,
      faultCodes: {},
      snapshots: 0,
      answers: 0,
      sent: 0,
      struck: {},
    }
    const wallS = (performance.now() - startedMs) / 1e3
    return { ...head, ...nothing, replaySha256: '', compared: 0, failures: [recording.message], wallS }
  }
  const [first, second] = [`${ports.tape}.replay-1`, `${ports.tape}.replay-2`]
  const answer = await replayTape(ports.tape, ['--out', first])
  const again = await replayTape(ports.tape, ['--out', second])
  const replaySha256 = await sha256Of(first)
  const equal = (await sha256Of(second)) === replaySha256
  await Promise.all([first, second].map((path) => rm(path)))
  return {
    ...head,
    ...recording,
    replaySha256,
    compared: answer.compared,
    failures: [
      ...shortOf(recording, ports),
      ...notSame(answer),
      ...notSame(again),
      ...(equal ? [] : ['two replays are not equal']),
    ],
    wallS: (performance.now() - startedMs) / 1e3,
  }
}

const shortOf = (recording: Recording, { leastS, leastFaults, leastPlans }: RecordPorts): string[] => [
  ...(recording.droveS >= leastS ? [] : [`drove ${recording.droveS} s`]),
  ...(recording.faults >= leastFaults ? [] : [`${recording.faults} faults`]),
  ...(recording.plans >= leastPlans ? [] : [`${recording.plans} plans`]),
]

/** Replays a run's tape under a condition. */
export const checkUnder = async (condition: Condition, run: RunResult, tape: string): Promise<CheckResult> => {
  const startedMs = performance.now()
  const middle = condition.name.startsWith('from the middle')
  const out = `${tape}.${condition.name.replace(/\W+/g, '-')}`
  const args = [...condition.args, ...(condition.writes ? ['--out', out] : [])]
  const answer = await replayTape(
    tape,
    middle ? [...args, '--from', await somewhereIn(tape, run.number)] : args,
    condition,
  )
  const failures = notSame(answer)
  if (condition.writes) {
    const same = (await sha256Of(out).catch(() => '')) === run.replaySha256
    if (!same) failures.push('the replayed drive is not the one of the first replay')
    await rm(out, { force: true })
  }
  if (middle && answer.fromSnapshot === undefined) failures.push('there was no snapshot to start from')
  const { recomputed } = answer
  if (condition.args.includes('recompute') && !(recomputed && recomputed.answers > 0 && recomputed.differing === 0)) {
    failures.push(`recomputed: ${JSON.stringify(recomputed)}`)
  }
  return {
    kind: 'check',
    number: run.number,
    condition: condition.name,
    compared: answer.compared,
    answers: recomputed?.answers ?? 0,
    tokens: recomputed?.tokens ?? 0,
    failures,
    wallS: (performance.now() - startedMs) / 1e3,
  }
}

/** A stamp after the tape's first snapshot and before its end. */
const somewhereIn = async (tape: string, seed: number): Promise<string> => {
  let first: bigint | undefined
  let last = 0n
  for await (const { topic, logTimeNs } of readTape(tape)) {
    if (topic === '/pipeline/snapshot') first ??= logTimeNs
    last = logTimeNs
  }
  const from = first ?? last
  return String(from + BigInt(Math.floor(Number(last - from) * createRandom(seed).next())))
}

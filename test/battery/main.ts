// npm run battery -- --seed N: live drives through faults, each replayed under conditions that may not matter, and tapes
// changed on purpose. Exit code 1 when anything was not as it has to be.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'
import { parseDurationMs } from '../../src/cli/duration.ts'
import { ROOT } from '../oracles.ts'
import { checkMutation } from './check-mutation.ts'
import { checkRun, checkUnder } from './check-run.ts'
import { type Condition, conditionsFor, runsUnder } from './conditions.ts'
import { inLanes } from './lanes.ts'
import { type BatteryReport, reportOf } from './report.ts'
import { openResults, type Result, type RunResult } from './results.ts'
import { planRuns } from './run-plan.ts'

const HELP = `npm run battery -- --seed N [--runs 100] [--for 5s] [--mutations 50] [--out out/battery/N] [--json]
  Goes on where it was interrupted: the folder keeps tapes and results.`

/** Two cores: more runs at a time would be a test of the scheduler. */
const LANES = 2
/** Runs chosen by the seed under each condition. */
const CHOSEN = 10
/** What every live run has to have. */
const LEAST = { leastFaults: 3, leastPlans: 1 }

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '100' },
    for: { type: 'string', default: '5s' },
    mutations: { type: 'string', default: '50' },
    out: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
const wholeNumber = (flag: string, text: string): number => {
  if (/^\d+$/.test(text)) return Number(text)
  console.error(`battery: expected --${flag} with a whole number, found ${text}\n${HELP}`)
  process.exit(2)
}
const seed = wholeNumber('seed', values.seed)
const runCount = wholeNumber('runs', values.runs)
const mutationCount = wholeNumber('mutations', values.mutations)
const leastS = parseDurationMs(values.for) / 1e3
const folder = resolve(values.out ?? `out/battery/${seed}`)
const tapeOf = (number: number): string => join(folder, `run-${String(number).padStart(3, '0')}.mcap`)

/** Changes when any built file does: results of other code say nothing. */
const buildHash = (): string => {
  const hash = createHash('sha256')
  const files = readdirSync(`${ROOT}dist`, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js'))
  for (const path of files.sort()) hash.update(path).update(readFileSync(`${ROOT}dist/${path}`))
  return hash.digest('hex')
}

mkdirSync(folder, { recursive: true })
const results = openResults(join(folder, 'results.jsonl'), {
  kind: 'head',
  seed,
  runs: runCount,
  leastS,
  build: buildHash(),
})

const startedMs = performance.now()
const say = (result: Result, what: string): void => {
  const minutes = ((performance.now() - startedMs) / 60e3).toFixed(1)
  const verdict = result.failures.length === 0 ? 'ok' : `FAILED: ${result.failures.join('; ')}`
  console.error(`${minutes} min  ${what}: ${verdict}`)
}

const bundle = join(folder, 'bundle')
if (!existsSync(bundle)) {
  const checkpoint = join(folder, 'checkpoint')
  await writeRandomCheckpoint(checkpoint, SHAPES.nano, { seed: BigInt(seed) })
  await compileCheckpoint(checkpoint, bundle, {})
  rmSync(checkpoint, { recursive: true })
}

const runsSoFar = (): RunResult[] => results.all.filter((result) => result.kind === 'run')
const plans = planRuns(seed, runCount).filter(({ number }) => !runsSoFar().some((run) => run.number === number))
await inLanes(plans, LANES, async (plan) => {
  const result = await checkRun(plan, { tape: tapeOf(plan.number), bundle, leastS, ...LEAST })
  results.add(result)
  const { faults, plans: planned, droveS, wallS } = result
  say(
    result,
    `run ${plan.number} (${plan.trouble}), ${droveS.toFixed(1)} s, ${faults} faults, ${planned} plans, ${wallS.toFixed(0)} s in all`,
  )
})

const conditions = conditionsFor(bundle)
const isDone = (condition: Condition, number: number): boolean =>
  results.all.some((one) => one.kind === 'check' && one.number === number && one.condition === condition.name)
const checks = conditions.flatMap((condition, index) =>
  runsUnder(seed, index, runCount, CHOSEN)
    .filter((number) => !isDone(condition, number))
    .map((number) => ({ condition, number })),
)
const check = async ({ condition, number }: (typeof checks)[number]): Promise<void> => {
  const run = runsSoFar().find((one) => one.number === number)
  if (!run?.replaySha256) return
  const result = await checkUnder(condition, run, tapeOf(number))
  results.add(result)
  say(result, `run ${number} under ${condition.name}, ${result.wallS.toFixed(1)} s`)
}

const mutations = Array.from({ length: mutationCount }, (_, number) => number).filter(
  (number) => !results.all.some((one) => one.kind === 'mutation' && one.number === number),
)
const mutate = async (number: number): Promise<void> => {
  const tapes = runsSoFar().filter(({ failures }) => failures.length === 0)
  if (tapes.length === 0) return
  const result = await checkMutation(
    seed,
    number,
    tapes.map((run) => tapeOf(run.number)),
    folder,
  )
  results.add(result)
  say(result, `mutation ${number}, ${result.mutation} (${result.what}): ${result.found} ${result.first}`)
}

// Those that sleep take no core: all of them beside the others.
await Promise.all([
  inLanes(
    checks.filter(({ condition }) => condition.sleeps),
    CHOSEN,
    check,
  ),
  inLanes(
    checks.filter(({ condition }) => !condition.sleeps),
    LANES,
    check,
  ).then(() => inLanes(mutations, LANES, mutate)),
])

const report: BatteryReport = reportOf(results.all, {
  seed,
  runs: runCount,
  mutations: mutationCount,
  conditions,
  chosen: CHOSEN,
})
console.log(values.json ? JSON.stringify(report) : report.markdown)
process.exitCode = report.passed ? 0 : 1

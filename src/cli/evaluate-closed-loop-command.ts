import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readTape } from '#log'
import { createComparison, replay } from '#replay'
import { runSuite } from '../evaluation/closed-loop/run-suite.ts'
import { type ClosedLoopCar, driveClosedLoop, PLANNERS } from './closed-loop-drive.ts'
import { type ClosedLoopFlags, closedLoopCar, readClosedLoopSuite } from './closed-loop-flags.ts'
import { reportLines } from './closed-loop-lines.ts'
import { countProgress } from './count-progress.ts'
import { interruption } from './interruption.ts'
import { readRig } from './read-rig.ts'
import { runConfigFor } from './run-config.ts'
import { toJson } from './to-json.ts'

interface Flags extends ClosedLoopFlags {
  readonly suite: string
  readonly results?: string
  readonly tapes?: boolean
  readonly json?: boolean
}

const HELP = `
Each drive begins with 4 s of the world's own driver; then the planner has the wheel. What is finished is kept in the results
folder: the same command goes on where it was interrupted. Exit code 1: a tape did not replay to the same bytes.

Examples:
  outrider evaluate closed-loop --suite held-out --bundle models/nano --json
  outrider evaluate closed-loop --suite held-out --planner idm
  outrider evaluate closed-loop --suite my-suite.json --bundle models/nano --tapes --results out/mine

Keys of the JSON object: suite, planner, latencyMs, seconds, all, families.NAME (both: drives, clean, cleanShare,
completedShare, collisionsAtFault, collisionsOfOthers, rearEnded, redLightsRun, stopSignsRun, leftRoad, leftRoute, wrongWay,
progressM, progressShare, comfortableShare, plansJudged, plansRefused, refusedBy, minimalRiskStops, stopShare, requests, plans,
answerFaults), replayed {drives, same}, results[] {score, wallS, tape, replays}.
`

export const registerEvaluateClosedLoop = (evaluate: Command): void => {
  evaluate
    .command('closed-loop')
    .description('let a planner drive a suite of scenarios, and score each: infractions, progress, comfort')
    .option(
      '--suite <file>',
      'a suite file, or held-out: 50 drives of 30 s in families that no training sees',
      'held-out',
    )
    .option('--bundle <folder>', 'the compiled model')
    .option('--planner <name>', PLANNERS.join(', '), 'model')
    .option('--weights <file>', 'of the blind planner: what it has learnt (.json)')
    .option('--config <file>', 'car configuration, YAML, as drive takes it; default: examples/nano/car.yaml')
    .option('--rig <file>', 'rig file; default: of the car')
    .option('--model-latency <duration>', "from a question to its answer; default: the suite's")
    .option('--tapes', 'keep a tape of each drive beside its result, and replay it')
    .option('--results <folder>', 'where finished drives are kept; default: under out/closed-loop')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (flags: Flags) => {
      const suite = readClosedLoopSuite(flags.suite)
      const signal = interruption()
      const keepTapes = flags.tapes === true
      const whole = closedLoopCar(flags, suite)
      // Drawing what nobody looks at is most of the work.
      const car: ClosedLoopCar = { ...whole, blindfolded: whole.planner !== 'model' && !keepTapes }
      const { planner, latencyMs } = car
      const folder = flags.results ?? join('out/closed-loop', `${suite.name}-${planner}`)
      const progress = countProgress('drives', suite.scenarios.length)
      const report = await runSuite(
        suite,
        { planner, latencyMs },
        {
          folder,
          identity: identityOf(car, keepTapes),
          signal,
          onProgress: progress.update,
          async drive(scenario, name) {
            const startedMs = performance.now()
            const tape = keepTapes ? join(folder, `${name}.mcap`) : undefined
            const score = await driveClosedLoop(car, scenario, { ...(tape ? { out: tape } : {}), signal })
            const wallS = (performance.now() - startedMs) / 1000
            return { score, wallS, ...(tape ? { tape, replays: await replaysTheSame(tape) } : {}) }
          },
        },
      ).finally(progress.stop)
      if (flags.json) console.log(toJson(report))
      else for (const line of reportLines(report)) console.log(line)
      process.exitCode = report.replayed && report.replayed.same < report.replayed.drives ? 1 : 0
    })
}

const replaysTheSame = async (tape: string): Promise<boolean> => {
  const comparison = createComparison()
  await replay({ records: readTape(tape), comparison })
  return comparison.finish().same
}

/** Of everything that a drive depends on besides its scenario. */
const identityOf = ({ car, planner, weights, latencyMs, durationS }: ClosedLoopCar, keepTapes: boolean): string => {
  const { configJson, versions, hashes } = runConfigFor(car, readRig(car.rig), [])
  const learnt = weights === undefined ? '' : readFileSync(weights, 'utf8')
  const all = [configJson, versions, hashes, car.model, planner, learnt, latencyMs, durationS, keepTapes]
  return createHash('sha256').update(toJson(all)).digest('hex')
}

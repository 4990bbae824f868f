import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { create } from '@bufbuild/protobuf'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Rig } from '#calibration'
import { OutriderError } from '#errors'
import { fusionConfig } from '#fusion'
import { ImageSizesSchema } from '#messages'
import { type ModelProcess, startModelProcess } from '#model'
import { guardConfig, plannersConfig } from '#planners'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { openAnswerLog } from '../evaluation/driving/answers/answer-log.ts'
import type { QuestionName } from '../evaluation/driving/answers/scene-questions.ts'
import { VARIANTS, type Variant } from '../evaluation/driving/answers/variant.ts'
import type { Baseline } from '../evaluation/driving/baselines/baseline.ts'
import { blindMlp } from '../evaluation/driving/baselines/blind-mlp.ts'
import { constantVelocity } from '../evaluation/driving/baselines/constant-velocity.ts'
import { routeIdm } from '../evaluation/driving/baselines/route-idm.ts'
import { stopped } from '../evaluation/driving/baselines/stopped.ts'
import { evaluateScenes } from '../evaluation/driving/evaluate.ts'
import { reportPage } from '../evaluation/driving/report/page.ts'
import { drivingReport } from '../evaluation/driving/report.ts'
import { reportLines } from '../evaluation/driving/report-lines.ts'
import type { SceneCase } from '../evaluation/driving/scene-case.ts'
import { drivingSuite, suiteCases, suiteDrives } from '../evaluation/driving/suite.ts'
import { tapeCases } from '../evaluation/driving/tape-cases.ts'
import { countProgress, progressInTurn } from './count-progress.ts'
import { datasetImageSizes } from './dataset-work.ts'
import { parseDurationMs } from './duration.ts'
import { explainIssues } from './explain-issues.ts'
import { readRig } from './read-rig.ts'
import { NANO, SHIPPED_BLIND } from './shipped.ts'
import { VERSION } from './version.ts'

interface Flags {
  readonly suite?: string
  readonly seedOffset: number
  readonly bundle?: string
  readonly rig?: string
  readonly config?: string
  readonly every: string
  readonly limit: number
  readonly questions: readonly QuestionName[]
  readonly ablations: readonly Variant[]
  readonly blind?: string
  readonly answers?: string
  readonly jobs: number
  readonly threads: number
  readonly report?: string
  readonly json?: boolean
}

const HELP = `
Beside the model stand constant velocity, stopped, an IDM that knows map and agents, and a network without eyes (--blind).
An answer that cannot be read counts, and is scored as a plan that stands still. "refused": plans that the safety planners
would not let through at once, were everything seen. --suite makes its drives up; other seeds with --seed-offset.

Examples:
  outrider evaluate driving drive.mcap --bundle models/outrider-nano --json
  outrider evaluate driving --suite held-out --bundle models/outrider-nano --answers out/held-out.jsonl --report out/held-out.html
  outrider evaluate driving --suite held-out --limit 60

Keys of the JSON object (version 1; m, shares; null: nothing to count):
  made        outrider, bundle, bundleSha256, suite, seedOffset, tapes[], rig
  scenes      count, drives, constantVelocityAdeM, byFamily, bySlice, byReason
  planners[]  planner, scenes, adeM, adeIntervalM [low, high] of 95 %, medianAdeM, p90AdeM, fdeM, l2M[] at 0.5 to 3 s,
              l2ByProtocolM and collisionRate {uniad, stp3} of [1 s, 2 s, 3 s, mean], navsim {nc dac ddc tlc ep ttc c lk hc ec
              pdms epdms scenes}, unparsable, refused, refusedFor, bySlice, byFamily
  perception  agents {f1, f1AtHalf, precision, recall, medianIou, iouHistogram}, precision {map50, map}, light {accuracy, byState,
              confusion}, signs
  prediction  intention {accuracy, macroF1, byIntention}, paths and pathsByMotion {minAdeM, minFdeM, missRate}
  answers     by variant (model, free, blank, swapped) and question: asked, unparsable, cut, meanTokens
  missing[]   planner, reason`

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('Not a whole number.')
}

const positive = (text: string): number => {
  const value = wholeNumber(text)
  if (value > 0) return value
  throw new InvalidArgumentError('Not a whole number above 0.')
}

const listOf =
  <Name extends string>(names: readonly Name[]) =>
  (text: string): readonly Name[] => {
    const given = text === 'none' ? [] : text.split(',')
    const wrong = given.find((name) => !names.includes(name as Name))
    if (wrong !== undefined) throw new InvalidArgumentError(`${wrong} is none of ${names.join(', ')}.`)
    return names.filter((name) => given.includes(name))
  }

const QUESTIONS: readonly QuestionName[] = ['plan', 'perception', 'prediction']
const ABLATIONS = VARIANTS.filter((variant) => variant !== 'model')

export const registerEvaluateDriving = (evaluate: Command): void => {
  evaluate
    .command('driving')
    .description('ask a model about scenes and score what it plans, sees and foretells, beside planners without eyes')
    .argument('[tapes...]', 'MCAP files with ground truth, as outrider simulate --scenario writes them')
    .option(
      '--suite <name>',
      'instead of tapes: held-out (what has to be seen) or everyday, both of families that are never trained on',
    )
    .addOption(new Option('--seed-offset <n>', "moves the suite's seeds").default(0).argParser(wholeNumber))
    .option('--bundle <folder>', 'bundle that `outrider compile` wrote; without it the baselines alone')
    .option('--rig <file>', "the cameras; default: a tape's own (.rig.yaml beside it), for a suite the nano car's")
    .option(
      '--config <file>',
      'plan, perception, prediction, planners and guard as in a car file (.yaml); default: examples/nano/car.yaml',
    )
    .option('--every <duration>', 'between two scenes of a tape, at least', '1s')
    .addOption(new Option('--limit <n>', 'scenes at most').default(Number.MAX_SAFE_INTEGER, 'all').argParser(positive))
    .addOption(
      new Option('--questions <list>', 'of plan,perception,prediction').default(QUESTIONS).argParser(listOf(QUESTIONS)),
    )
    .addOption(
      new Option(
        '--ablations <list>',
        'of free,blank,swapped: without the grammar, grey images, images of another scene',
      )
        .default(ABLATIONS)
        .argParser(listOf(ABLATIONS)),
    )
    .option('--blind <file>', 'weights of the network without eyes; default: models/outrider-nano/blind-mlp.json')
    .option('--answers <file>', 'keep answers here (.jsonl): an evaluation that was stopped goes on')
    .addOption(new Option('--jobs <n>', 'model processes').default(1).argParser(positive))
    .addOption(new Option('--threads <n>', 'of each').default(2).argParser(positive))
    .option('--report <file>', 'write a page with plots too (.html)')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', HELP)
    .action(async (tapes: readonly string[], flags: Flags) => {
      if (tapes.length > 0 === (flags.suite !== undefined)) {
        throw flagError('tapes, or --suite held-out', tapes.length > 0 ? 'both' : 'neither')
      }
      if (!flags.questions.includes('plan')) throw flagError('plan among --questions', flags.questions.join(','))
      const { fusion, ...config } = readRooms(flags.config ?? NANO.car)
      if (config.plan.frames.sets > 1) throw flagError('plan.frames.sets 1', `${config.plan.frames.sets}`)
      const rig = rigFor(tapes, flags)
      // What can be refused is refused before minutes of drawing.
      const { baselines, missing } = baselinesFor(flags.blind)
      const cases = await casesOf(tapes, flags, rig, fusion)
      const sizes = await datasetImageSizes(rig, config.plan.maxPixelsPerView, flags.bundle)
      const engines = openEngines(flags)
      const progress = progressInTurn(cases.length)
      try {
        const evaluated = await evaluateScenes({
          cases,
          config,
          imageSizes: sizes.map((size) => create(ImageSizesSchema, size)),
          baselines,
          engines,
          names: flags.questions,
          variants: ['model', ...flags.ablations],
          log: openAnswerLog(flags.answers),
          onAnswered: (done) => progress.update('scenes answered', done),
          onScored: (done) => progress.update('scenes scored', done),
        })
        progress.stop()
        const made = {
          outrider: VERSION,
          bundle: flags.bundle ?? '',
          bundleSha256: engines[0]?.info.bundleSha256 ?? '',
          suite: flags.suite ?? '',
          seedOffset: flags.seedOffset,
          tapes,
          rig: rig.name,
        }
        const report = drivingReport(cases, evaluated, made, missing)
        if (flags.report !== undefined) writeReport(flags.report, await reportPage(report, evaluated))
        if (flags.json) console.log(JSON.stringify(report))
        else for (const line of reportLines(report)) console.log(line)
      } finally {
        progress.stop()
        for (const engine of engines) await engine.close()
      }
    })
}

const flagError = (expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'EVALUATE_DRIVING_FLAG', expected, found })

const rigFor = (tapes: readonly string[], { rig }: Flags): Rig =>
  readRig(rig ?? tapes[0]?.replace(/(\.mcap)?$/, '.rig.yaml') ?? NANO.rig)

/** Scenes up to the limit: by whole drives, the last one cut. */
const casesOf = async (
  tapes: readonly string[],
  { suite: name, seedOffset, limit, every }: Flags,
  rig: Rig,
  fusion: z.infer<typeof fusionConfig>,
): Promise<readonly SceneCase[]> => {
  const suite = name === undefined ? undefined : drivingSuite(name)
  const sources = suite
    ? suiteDrives(suite, seedOffset).map((drive) => () => suiteCases(drive, suite, rig, fusion))
    : tapes.map((tape) => () => tapeCases(tape, rig, fusion, parseDurationMs(every) / 1000))
  const progress = countProgress('drives', sources.length)
  const cases: SceneCase[] = []
  for (const [index, source] of sources.entries()) {
    cases.push(...(await source()))
    progress.update(index + 1)
    if (cases.length >= limit) break
  }
  progress.stop()
  return cases.slice(0, limit)
}

const baselinesFor = (
  blind: string | undefined,
): {
  readonly baselines: readonly Baseline[]
  readonly missing: readonly { readonly planner: string; readonly reason: string }[]
} => {
  const known = [constantVelocity, stopped, routeIdm]
  const path = blind ?? SHIPPED_BLIND
  if (existsSync(path)) return { baselines: [...known, blindMlp(readFileSync(path, 'utf8'), path)], missing: [] }
  if (blind !== undefined) throw flagError('weights of the network without eyes', `no file ${blind}`)
  return {
    baselines: known,
    missing: [
      { planner: 'blind-mlp', reason: 'no models/outrider-nano/blind-mlp.json: name its weights with --blind' },
    ],
  }
}

const openEngines = ({ bundle, jobs, threads }: Flags): readonly ModelProcess[] =>
  bundle === undefined
    ? []
    : Array.from({ length: jobs }, () => startModelProcess({ bundle, threads, onChange: () => {} }))

/** Other keys of a car file are of no concern here. */
const roomsSchema = z.object({
  plan: planConfig.prefault({}),
  perception: perceptionConfig.prefault({}),
  prediction: predictionConfig.prefault({}),
  planners: plannersConfig.prefault({}),
  guard: guardConfig.prefault({}),
  fusion: fusionConfig.prefault({}),
})

const readRooms = (path: string): z.infer<typeof roomsSchema> => {
  let value: unknown
  try {
    value = parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new OutriderError({ code: 'CONFIG_UNREADABLE', expected: `YAML in ${path}`, found: String(cause), cause })
  }
  const read = roomsSchema.safeParse(value)
  if (read.success) return read.data
  throw new OutriderError({
    code: 'CONFIG_INVALID',
    expected: 'settings as in a car file',
    found: explainIssues(read.error, path),
  })
}

const writeReport = (path: string, page: string): void => {
  try {
    writeFileSync(path, page)
  } catch (cause) {
    throw new OutriderError({
      code: 'REPORT_NOT_WRITTEN',
      expected: `a file that can be written at ${path}`,
      found: (cause as Error).message,
      cause,
    })
  }
}

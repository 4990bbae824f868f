import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Command, Option } from 'commander'
import { parse } from 'yaml'
import { z } from 'zod'
import { checkRig, type Rig } from '#calibration'
import { assembleDataset, type PartSummary, type QuestionsConfig, readPartSummary } from '#dataset'
import { OutriderError } from '#errors'
import { type FusionConfig, fusionConfig } from '#fusion'
import { scenarioFamilies } from '#simulator'
import { perceptionConfig, planConfig, predictionConfig } from '#tasks'
import { countProgress } from './count-progress.ts'
import { type DatasetSource, type DatasetWork, datasetImageSizes } from './dataset-work.ts'
import { doDatasetWorks } from './dataset-workers.ts'
import { parseDurationMs } from './duration.ts'
import { explainIssues } from './explain-issues.ts'
import { readRig } from './read-rig.ts'
import { PACKAGE_ROOT } from './version.ts'

interface Flags {
  readonly out: string
  readonly scenarios?: string
  readonly seconds: string
  readonly rig: string
  readonly config?: string
  readonly bundle?: string
  readonly every: string
  readonly hard: string
  readonly limit?: string
  readonly jobs: string
  readonly heldOut?: boolean
  readonly json?: boolean
}

const SHIPPED_RIG = join(PACKAGE_ROOT, 'examples/nano/nano.rig.yaml')

const HELP = `
Writes driving.jsonl (plan, perception, prediction), cot.jsonl (plans with thoughts) and rl.jsonl (plans with what rewards
compare with), images under images/. Each line is a record of training/outrider_training/record.schema.json; prompts are
those of a drive. Run again after a stop, it goes on where it was.

Examples:
  outrider dataset --scenarios "straight:1-200,intersection:1-400" --seconds 24 --jobs 2 --out data/nano
  outrider dataset drive.mcap other.mcap --rig car.rig.yaml --every 1s --hard 0.35 --out data/mine --json
`

export const registerDataset = (program: Command): void => {
  program
    .command('dataset')
    .description('turn drives with ground truth into training data')
    .argument('[tapes...]', 'MCAP files with ground truth, as outrider simulate --scenario writes them')
    .requiredOption('--out <folder>', 'where the data set goes')
    .option('--scenarios <list>', 'drive through made-up places instead: "family:firstSeed-lastSeed,..."')
    .option('--seconds <n>', 'how long each of them is', '24')
    .option('--rig <file>', 'the cameras (.rig.yaml)', SHIPPED_RIG)
    .option(
      '--config <file>',
      'plan, perception, prediction and fusion as in a car file (.yaml); others are left alone',
    )
    .option('--bundle <folder>', 'resize as this compiled model does; without it as the released Qwen2.5-VL')
    .option('--every <duration>', 'between two frame sets of a drive, at least', '1s')
    .option(
      '--hard <share>',
      'of the frame sets that constant velocity gets right within 1.5 m, keep this share',
      '0.35',
    )
    .option('--limit <n>', 'frame sets at most, by whole drives')
    .addOption(new Option('--jobs <n>', 'processes').default('1'))
    .option('--held-out', 'let families in that are kept from training')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', HELP)
    .action(async (tapes: readonly string[], flags: Flags) => {
      const rig = readCheckedRig(flags.rig)
      const { fusion, ...questions } = readQuestions(flags.config)
      if (questions.plan.frames.sets > 1) {
        throw flagError('plan.frames.sets 1: records hold the images of one frame set', `${questions.plan.frames.sets}`)
      }
      const selection = {
        everyS: parseDurationMs(flags.every) / 1000,
        easyShare: numberIn(flags.hard, 0, 1, '--hard as a share from 0 to 1'),
      }
      const limit = flags.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(flags.limit, '--limit')
      const imageSizes = await datasetImageSizes(rig, questions.plan.maxPixelsPerView, flags.bundle)
      const sources = sourcesOf(tapes, flags)
      const shared = { folder: flags.out, rig, fusion, questions, selection, imageSizes }
      claimFolder(flags.out, { rig, fusion, questions, selection, imageSizes, seconds: flags.seconds })
      const works = sources.map((source): DatasetWork => ({ ...shared, source, part: partName(source) }))
      const parts = await makeParts(works, wholeNumber(flags.jobs, '--jobs'), limit)
      const summary = await assembleDataset(flags.out, parts)
      const report = { out: flags.out, drives: parts.length, ...reportOf(summary) }
      console.log(flags.json ? JSON.stringify(report) : lines(report))
    })
}

/** Makes what is not there yet; the parts that stay within the limit, in order. */
const makeParts = async (works: readonly DatasetWork[], jobs: number, limit: number): Promise<readonly string[]> => {
  const summaries = new Map<string, PartSummary>()
  for (const { folder, part } of works) {
    const known = await readPartSummary(folder, part)
    if (known) summaries.set(part, known)
  }
  /** From the first on without a gap: what comes later does not count before. */
  const within = (): readonly string[] => {
    const parts: string[] = []
    let frameSets = 0
    for (const { part } of works) {
      const summary = summaries.get(part)
      if (!summary || frameSets >= limit) break
      parts.push(part)
      frameSets += summary.frameSets
    }
    return parts
  }
  const isEnough = (): boolean => {
    const frameSets = within().reduce((sum, part) => sum + (summaries.get(part)?.frameSets ?? 0), 0)
    return frameSets >= limit
  }
  const progress = countProgress('drives', works.length)
  try {
    const left = works.filter(({ part }) => !summaries.has(part))
    if (!isEnough()) {
      await doDatasetWorks(left, Math.max(jobs, 1), ({ part }, summary) => {
        summaries.set(part, summary)
        progress.update(summaries.size)
        return !isEnough()
      })
    }
  } finally {
    progress.stop()
  }
  return within()
}

const sourcesOf = (tapes: readonly string[], flags: Flags): readonly DatasetSource[] => {
  if (tapes.length > 0 === (flags.scenarios !== undefined)) {
    throw flagError('tapes, or --scenarios "family:first-last,..."', tapes.length > 0 ? 'both' : 'neither')
  }
  if (flags.scenarios === undefined) return tapes.map((path) => ({ kind: 'tape', path }))
  const seconds = wholeNumber(flags.seconds, '--seconds')
  return flags.scenarios.split(',').flatMap((text): readonly DatasetSource[] => {
    const match = /^\s*([a-z-]+):(\d+)(?:-(\d+))?\s*$/.exec(text)
    if (!match) throw flagError('--scenarios as "family:first-last,..."', JSON.stringify(text))
    const [, name = '', first, last = first] = match
    const family = scenarioFamilies.find((each) => each.name === name)
    if (!family) throw flagError(`a family of outrider simulate --list`, name)
    if (family.heldOut && !flags.heldOut) {
      throw new OutriderError({
        code: 'DATASET_HELD_OUT',
        expected: 'families that may be trained on',
        found: `${name}, which is kept for tests`,
        next: 'leave it out, or give --held-out where nothing is trained on the result',
      })
    }
    const [from, to] = [Number(first), Number(last)]
    if (to < from) throw flagError('seeds from the lesser to the greater', text)
    return Array.from({ length: to - from + 1 }, (_, index) => ({
      kind: 'scenario',
      scenario: { family: name, seed: from + index },
      seconds,
    }))
  })
}

const partName = (source: DatasetSource): string =>
  source.kind === 'scenario'
    ? `${source.scenario.family}-${source.scenario.seed}`
    : basename(source.path).replace(/\.mcap$/, '')

/** A data set is made with one set of settings: what is there already has to have the same. */
const claimFolder = (folder: string, settings: object): void => {
  const path = join(folder, 'settings.json')
  const text = `${JSON.stringify(settings, null, 1)}\n`
  mkdirSync(folder, { recursive: true })
  let found: string | undefined
  try {
    found = readFileSync(path, 'utf8')
  } catch {
    writeFileSync(path, text)
    return
  }
  if (found === text) return
  throw new OutriderError({
    code: 'DATASET_SETTINGS',
    expected: `the settings that ${path} was begun with`,
    found: 'others (rig, questions, selection, image sizes or seconds)',
    next: 'choose another --out, or remove the folder',
  })
}

const readCheckedRig = (path: string): Rig => {
  const rig = readRig(path)
  const [finding] = checkRig(rig)
  if (!finding) return rig
  const { code, where, expected, found } = finding
  throw new OutriderError({ code, expected: `${where} in ${path}: ${expected}`, found })
}

/** Of a car file what the prompts depend on. */
const questionsConfig = z.looseObject({
  fusion: fusionConfig.prefault({}),
  plan: planConfig.prefault({}),
  perception: perceptionConfig.prefault({}),
  prediction: predictionConfig.prefault({}),
})

const readQuestions = (path: string | undefined): QuestionsConfig & { readonly fusion: FusionConfig } => {
  let value: unknown = {}
  try {
    if (path !== undefined) value = parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new OutriderError({ code: 'CONFIG_UNREADABLE', expected: `YAML in ${path}`, found: String(cause), cause })
  }
  const read = questionsConfig.safeParse(value)
  if (read.success) {
    const { fusion, plan, perception, prediction } = read.data
    return { fusion, plan, perception, prediction }
  }
  throw new OutriderError({
    code: 'CONFIG_INVALID',
    expected: 'plan, perception, prediction and fusion as docs/configuration.md has them',
    found: explainIssues(read.error, path ?? 'the defaults'),
  })
}

const mean = (sum: number, count: number): number => (count === 0 ? 0 : Math.round((sum / count) * 10) / 10)

const reportOf = ({ frameSets, images, slices, tasks, constantVelocityAdeM }: PartSummary) => ({
  frameSets,
  images,
  slices,
  constantVelocityAdeM: frameSets === 0 ? 0 : Math.round((constantVelocityAdeM / frameSets) * 100) / 100,
  tasks: Object.fromEntries(
    Object.entries(tasks).map(([name, { records, promptCharacters, answerCharacters }]) => [
      name,
      {
        records,
        promptCharacters: mean(promptCharacters, records),
        answerCharacters: mean(answerCharacters, records),
      },
    ]),
  ),
})

const lines = (report: ReturnType<typeof reportOf> & { readonly out: string; readonly drives: number }): string =>
  [
    `${report.frameSets} frame sets of ${report.drives} drives in ${report.out}`,
    `  constant velocity is off by ${report.constantVelocityAdeM} m over 3 s, on the mean`,
    ...Object.entries(report.slices).map(([slice, count]) => `  ${slice}  ${count}`),
    ...Object.entries(report.tasks).map(
      ([name, { records, promptCharacters, answerCharacters }]) =>
        `  ${name}  ${records} records, ${promptCharacters} characters of prompt and ${answerCharacters} of answer`,
    ),
  ].join('\n')

const flagError = (expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'DATASET_FLAG', expected, found })

const numberIn = (text: string, least: number, most: number, expected: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && value >= least && value <= most) return value
  throw flagError(expected, JSON.stringify(text))
}

const wholeNumber = (text: string, flag: string): number => {
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text)
  throw flagError(`${flag} as a whole number`, JSON.stringify(text))
}

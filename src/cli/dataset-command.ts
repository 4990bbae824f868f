import { type Command, Option } from 'commander'
import { assembleDataset, EXPORT_FORMATS, exportDataset } from '#dataset'
import { flagError, numberIn, wholeNumber } from './dataset-flags.ts'
import { makeParts } from './dataset-parts.ts'
import { lines, reportOf } from './dataset-report.ts'
import { claimFolder, readCheckedRig, readQuestions } from './dataset-settings.ts'
import { datasetSources, partName } from './dataset-sources.ts'
import { type DatasetWork, datasetImageSizes } from './dataset-work.ts'
import { parseDurationMs } from './duration.ts'
import { NANO } from './shipped.ts'

interface Flags {
  readonly out: string
  readonly scenarios?: string
  readonly seconds: string
  readonly rig: string
  readonly config?: string
  readonly bundle?: string
  readonly tokenizer?: string
  readonly maxTokens: string
  readonly format: readonly string[]
  readonly every: string
  readonly hard: string
  readonly steady: string
  readonly speeds: string
  readonly limit?: string
  readonly jobs: string
  readonly heldOut?: boolean
  readonly distracted?: string
  readonly wandering?: string
  readonly json?: boolean
}

const HELP = `
Writes driving.jsonl (plan, perception, prediction), cot.jsonl (plans with thoughts) and rl.jsonl (plans with what rewards
compare with), images under images/. Each line is a record of training/outrider_training/record.schema.json; prompts are
those of a drive. Run again after a stop, it goes on where it was.

Examples:
  outrider dataset --scenarios "straight:1-200,intersection:1-400" --seconds 24 --jobs 2 --out data/nano
  outrider dataset --scenarios "straight:1-200" --distracted "straight:1001-1400" --jobs 2 --out data/nano
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
    .option('--rig <file>', 'the cameras (.rig.yaml)', NANO.rig)
    .option(
      '--config <file>',
      'plan, perception, prediction and fusion as in a car file (.yaml); others are left alone',
    )
    .option('--bundle <folder>', 'resize as this compiled model does; without it as the released Qwen2.5-VL')
    .option('--tokenizer <folder>', 'measure records by its tokenizer.json and chat template; the bundle has both too')
    .option('--max-tokens <n>', 'a longer record is an error', '2048')
    .addOption(
      new Option('--format <names...>', 'write it for other engines too')
        .choices(['outrider', ...EXPORT_FORMATS])
        .default(['outrider']),
    )
    .option('--every <duration>', 'between two frame sets of a drive, at least', '1s')
    .option(
      '--hard <share>',
      'of the frame sets that constant velocity gets right within 1.5 m, keep this share',
      '0.35',
    )
    .option(
      '--steady <share>',
      'tell this share of the frame sets of attentive drives a past at constant speed: only images then say what to do',
      '0',
    )
    .option(
      '--speeds <n>',
      'ask for a plan at so many other speeds too, where the own driver would get by without an emergency: one drawing tells what to do at each',
      '0',
    )
    .option(
      '--distracted <list>',
      'places in which the own driver looks away for 1.5 s at the worst moments; only the instants when it looks up are kept',
    )
    .option(
      '--wandering <list>',
      'places in which the own driver leaves its lane and its speed now and then; only the instants when it begins to go back are kept, all of them',
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
      const steadyShare = numberIn(flags.steady, 0, 1, '--steady as a share from 0 to 1')
      const otherSpeeds = wholeNumber(flags.speeds, '--speeds')
      const limit = flags.limit === undefined ? Number.POSITIVE_INFINITY : wholeNumber(flags.limit, '--limit')
      const imageSizes = await datasetImageSizes(rig, questions.plan.maxPixelsPerView, flags.bundle)
      const sources = datasetSources(tapes, flags)
      const tokenizer = flags.tokenizer ?? flags.bundle
      const maxTokens = wholeNumber(flags.maxTokens, '--max-tokens')
      const settings = { rig, fusion, questions, selection, steadyShare, otherSpeeds, imageSizes }
      claimFolder(flags.out, {
        ...settings,
        seconds: flags.seconds,
        distracted: flags.distracted,
        wandering: flags.wandering,
      })
      const shared = { folder: flags.out, ...settings, tokenizer, maxTokens }
      const works = sources.map((source): DatasetWork => ({ ...shared, source, part: partName(source) }))
      const parts = await makeParts(works, wholeNumber(flags.jobs, '--jobs'), limit)
      const summary = await assembleDataset(flags.out, parts)
      const exported: string[] = []
      for (const format of EXPORT_FORMATS.filter((name) => flags.format.includes(name))) {
        exported.push(...(await exportDataset(flags.out, format)))
      }
      const report = { out: flags.out, drives: parts.length, ...reportOf(summary), exported }
      console.log(flags.json ? JSON.stringify(report) : lines(report))
    })
}

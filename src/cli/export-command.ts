import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { OutriderError } from '#errors'
import { readNuscenesSamples } from '#replay'
import { boxResults } from '../evaluation/nuscenes-format/box-results.ts'
import { BOX_SOURCES, type BoxSource } from '../evaluation/nuscenes-format/found-agent.ts'
import { planResults } from '../evaluation/nuscenes-format/plan-results.ts'
import { readResults } from '../evaluation/nuscenes-format/read-results.ts'
import { type ResultSample, samplesAt } from '../evaluation/nuscenes-format/samples.ts'
import { byteProgress } from './byte-progress.ts'

const HELP = `
Examples:
  outrider export nuscenes-format drive.mcap --out results.json
  outrider export nuscenes-format drive.mcap --dataset /data/nuscenes --scene scene-0061 --out results.json

Writes detections to the file, and beside it (results.tracking.json, results.plans.json) tracks and plans, where the tape has
them. docs/nuscenes-format.md says what stands in them. Without --dataset a sample's token is its microsecond.
Keys of the JSON object: tape, source, samples, detection {file, boxes}, tracking {file, boxes}, plans {file, plans},
unclassed {label: agents}, notes[].
`

/** Reading that takes long enough, about a second, for a bar. */
const WORTH_A_BAR_BYTES = 300e6

interface Flags {
  readonly out: string
  readonly from?: BoxSource
  readonly dataset?: string
  readonly scene?: string
  readonly tables?: string
  readonly force?: boolean
  readonly json?: boolean
}

interface Summary {
  readonly tape: string
  readonly source: BoxSource | 'none'
  readonly samples: number
  readonly detection?: { readonly file: string; readonly boxes: number }
  readonly tracking?: { readonly file: string; readonly boxes: number }
  readonly plans?: { readonly file: string; readonly plans: number }
  readonly unclassed: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

export const registerExport = (program: Command): void => {
  program
    .command('export')
    .description("write what a tape says in other programs' formats")
    .command('nuscenes-format')
    .description("detections, tracks and plans as nuScenes' devkit and planning benchmarks read them")
    .argument('<tape>', 'an MCAP file that Outrider wrote')
    .requiredOption('--out <file>', 'the detections (.json); tracks and plans go beside it')
    .addOption(
      new Option('--from <what>', 'the boxes; default: the first of these that the tape has').choices([...BOX_SOURCES]),
    )
    .option('--dataset <folder>', 'nuScenes as it was unpacked, whose samples the results are for')
    .option('--scene <name>', 'with --dataset: as in scene-0061; may be left out where there is but one')
    .option('--tables <name>', 'with --dataset: as in v1.0-mini; may be left out where there is but one')
    .option('--force', 'write over files that are there')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async (tape: string, flags: Flags) => {
      const summary = await exportTape(tape, flags)
      console.log(flags.json ? JSON.stringify(summary) : lines(summary).join('\n'))
    })
}

const exportTape = async (tape: string, flags: Flags): Promise<Summary> => {
  const { out, from, dataset, scene, tables: version } = flags
  const files = {
    detection: out,
    tracking: `${out.replace(/\.json$/, '')}.tracking.json`,
    plans: `${out.replace(/\.json$/, '')}.plans.json`,
  }
  for (const file of Object.values(files)) if (!flags.force) refuseToOverwrite(file)
  // A wrong data set is said before a long tape is read.
  const ofDataset: readonly ResultSample[] | undefined =
    dataset === undefined
      ? undefined
      : (await readNuscenesSamples(dataset, { scene, version })).map(({ token, timestampUs }) => ({
          token,
          timeNs: BigInt(timestampUs) * 1000n,
        }))

  const progress = byteProgress('export')
  const onProgress = (done: number, size: number): void => {
    if (size >= WORTH_A_BAR_BYTES) progress.update(done, size)
  }
  const { source, frames, plans, egoPoses } = await readResults(tape, { from, onProgress }).finally(() =>
    progress.stop(),
  )
  if (frames.length === 0 && plans.length === 0) {
    throw new OutriderError({
      code: 'EXPORT_NOTHING',
      expected: `tracks, perception, ground truth or plans in ${tape}`,
      found: 'none',
    })
  }
  const boxSamples = ofDataset ?? samplesAt(frames.map(({ timeNs }) => timeNs))
  const boxes = boxResults(source, frames, boxSamples)
  const planFile = planResults(
    plans,
    ofDataset ?? samplesAt(plans.map(({ referenceTimeNs }) => referenceTimeNs)),
    egoPoses,
  )
  const count = (results: Readonly<Record<string, readonly unknown[]>>): number =>
    Object.values(results).reduce((sum, list) => sum + list.length, 0)
  const tracked = count(boxes.tracking.results)
  const planned = Object.keys(planFile.results).length

  if (frames.length > 0) await write(files.detection, boxes.detection)
  if (tracked > 0) await write(files.tracking, boxes.tracking)
  if (planned > 0) await write(files.plans, planFile)
  const matched = Object.values(boxes.detection.results).filter((list) => list.length > 0).length
  return {
    tape,
    source: source ?? 'none',
    samples: boxSamples.length,
    ...(frames.length > 0 ? { detection: { file: files.detection, boxes: count(boxes.detection.results) } } : {}),
    ...(tracked > 0 ? { tracking: { file: files.tracking, boxes: tracked } } : {}),
    ...(planned > 0 ? { plans: { file: files.plans, plans: planned } } : {}),
    unclassed: boxes.unclassed,
    notes: [
      ...(source === 'ground-truth' ? ['these are the true boxes of the data, not what Outrider found'] : []),
      ...(ofDataset && frames.length > 0 && matched < boxSamples.length
        ? [
            `${boxSamples.length - matched} of ${boxSamples.length} samples have no box: nothing there, or no frame within 0.25 s`,
          ]
        : []),
    ],
  }
}

const refuseToOverwrite = (file: string): void => {
  if (!existsSync(file)) return
  throw new OutriderError({
    code: 'EXPORT_EXISTS',
    expected: `no file at ${file} yet`,
    found: 'one',
    next: 'name another file, or give --force',
  })
}

const write = (file: string, content: object): Promise<void> =>
  writeFile(file, `${JSON.stringify(content)}\n`).catch((cause: unknown) => {
    throw new OutriderError({ code: 'EXPORT_NOT_WRITTEN', expected: `to write ${file}`, found: String(cause), cause })
  })

const lines = ({ tape, source, samples, detection, tracking, plans, unclassed, notes }: Summary): readonly string[] => [
  `exported ${tape}`,
  ...notes.map((note) => `note: ${note}`),
  ...(detection
    ? [`  detections  ${detection.boxes} boxes from ${source} in ${samples} samples: ${detection.file}`]
    : []),
  ...(tracking ? [`  tracks      ${tracking.boxes} boxes: ${tracking.file}`] : []),
  ...(plans ? [`  plans       ${plans.plans}: ${plans.file}`] : []),
  ...Object.entries(unclassed).map(([label, agents]) => `  no class for ${agents} times ${JSON.stringify(label)}`),
]

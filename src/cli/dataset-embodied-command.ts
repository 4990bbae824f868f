import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { type EmbodiedSplit, embodiedRecords, ROOMS_PER_SEED, roomSeed } from '#dataset'
import { OutriderError } from '#errors'
import { embodiedConfig } from '#tasks'
import { countProgress } from './count-progress.ts'

interface Flags {
  readonly seed: string
  readonly count: string
  readonly split: EmbodiedSplit
  readonly out: string
  readonly json?: boolean
}

const HELP = `
Writes DIR/embodied.jsonl, one record a line (training/outrider_training/record.schema.json), images/ and masks/. The
questions are those that the runtime asks, without thinking; points are in pixels of the resized image, which here is the image.
Held-out rooms have seeds that training never reaches, and pairs of kind and colour that no training room shows.

Examples:
  outrider dataset-embodied --seed 1 --count 8000 --out data
  outrider dataset-embodied --seed 1 --count 1000 --split held-out --out data-held-out --json`

export const registerDatasetEmbodied = (program: Command): void => {
  program
    .command('dataset-embodied')
    .description('Write training data of made-up rooms: pointing, where to take hold, how things lie, what to do next.')
    .option('--seed <n>', 'another number is other rooms', '1')
    .option('--count <n>', 'records to write', '1000')
    .addOption(
      new Option('--split <split>', 'for training or for tests').choices(['train', 'held-out']).default('train'),
    )
    .requiredOption('--out <folder>', 'where to write')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', HELP)
    .action(async ({ seed: seedText, count: countText, split, out, json }: Flags) => {
      const [seed, count] = [wholeNumber('--seed', seedText, 2 ** 15 - 1), wholeNumber('--count', countText, 1e6)]
      const summary = await writeRecords({ seed, count, split, out })
      if (json) console.log(JSON.stringify(summary))
      else console.log(lines(summary).join('\n'))
    })
}

interface Summary {
  readonly out: string
  readonly split: EmbodiedSplit
  readonly seed: number
  readonly rooms: number
  readonly records: number
  /** By task and by skill. */
  readonly tasks: Readonly<Record<string, number>>
  readonly skills: Readonly<Record<string, number>>
}

const writeRecords = async ({
  seed,
  count,
  split,
  out,
}: Pick<Summary, 'seed' | 'split' | 'out'> & { readonly count: number }): Promise<Summary> => {
  const config = embodiedConfig.parse({ thinking: { mode: 'off' } })
  for (const folder of ['images', 'masks']) await mkdir(join(out, folder), { recursive: true })
  const file = await open(join(out, 'embodied.jsonl'), 'w')
  const progress = countProgress('records', count)
  const tasks: Record<string, number> = {}
  const skills: Record<string, number> = {}
  let [written, room] = [0, 0]
  try {
    for (; written < count; room += 1) {
      if (room === ROOMS_PER_SEED) throw flagError('--count', 'fewer records than a seed has', String(count))
      const { records, files } = await embodiedRecords(split, roomSeed(split, seed, room), config)
      const kept = records.slice(0, count - written)
      const named = new Set(
        kept.flatMap(({ images, truth: { mask } }) => (mask === undefined ? images : [...images, mask])),
      )
      await Promise.all(
        files.filter(({ path }) => named.has(path)).map(({ path, data }) => writeFile(join(out, path), data)),
      )
      await file.write(kept.map((record) => `${JSON.stringify(record)}\n`).join(''))
      for (const { task, meta } of kept) {
        tasks[task] = (tasks[task] ?? 0) + 1
        skills[meta.skill] = (skills[meta.skill] ?? 0) + 1
      }
      written += kept.length
      progress.update(written)
    }
  } finally {
    progress.stop()
    await file.close()
  }
  return { out, split, seed, rooms: room, records: written, tasks, skills }
}

const lines = ({ out, records, rooms, tasks, skills }: Summary): readonly string[] => [
  `${records} records of ${rooms} rooms in ${join(out, 'embodied.jsonl')}`,
  ...[tasks, skills].flatMap((counts) =>
    Object.entries(counts)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, number]) => `  ${name}  ${number}`),
  ),
]

const flagError = (flag: string, expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'DATASET_FLAG', expected: `${flag}: ${expected}`, found })

const wholeNumber = (flag: string, text: string, most: number): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value <= most) return value
  throw flagError(flag, `a whole number up to ${most}`, JSON.stringify(text))
}

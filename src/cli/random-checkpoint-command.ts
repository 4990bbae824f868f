import { type Command, Option } from 'commander'
import { SHAPES, type ShapeName, writeRandomCheckpoint } from '#compiler'
import { OutriderError } from '#errors'
import { byteProgress } from './byte-progress.ts'
import { interruption } from './interruption.ts'

interface Flags {
  readonly shape: ShapeName
  readonly seed: bigint
  readonly out?: string
  readonly json?: boolean
}

const parseSeed = (text: string): bigint => {
  if (/^\d+$/.test(text)) return BigInt(text)
  throw new OutriderError({ code: 'BAD_SEED', expected: '--seed as a whole number from 0', found: text })
}

export const registerRandomCheckpoint = (program: Command): void => {
  program
    .command('random-checkpoint')
    .description('Write a checkpoint of true shape with random weights, for tests and benchmarks.')
    .addOption(new Option('--shape <name>', 'which model').choices(Object.keys(SHAPES)).makeOptionMandatory())
    .requiredOption('--seed <number>', 'same shape and seed, same bytes', parseSeed)
    .option('--out <folder>', 'folder to write; default: random-SHAPE-SEED')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider random-checkpoint --shape nano --seed 1 --out checkpoints/nano')
    .action(async ({ shape, seed, out, json }: Flags) => {
      const folder = out ?? `random-${shape}-${seed}`
      const started = performance.now()
      const progress = byteProgress('random-checkpoint')
      try {
        const result = await writeRandomCheckpoint(folder, SHAPES[shape], {
          seed,
          onProgress: progress.update,
          signal: interruption(),
        })
        progress.stop()
        const seconds = (performance.now() - started) / 1000
        if (json) {
          console.log(JSON.stringify({ folder, shape, seed: `${seed}`, seconds, ...result }))
        } else {
          const gigabytes = (result.bytes / 1e9).toFixed(2)
          const millions = (result.parameters / 1e6).toFixed(1)
          console.log(`${folder}: ${millions} M parameters, ${gigabytes} GB in ${seconds.toFixed(1)} s`)
        }
      } finally {
        progress.stop()
      }
    })
}

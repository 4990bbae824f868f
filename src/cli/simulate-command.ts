import type { Command } from 'commander'
import { checkRig } from '#calibration'
import { OutriderError } from '#errors'
import { openTape } from '#log'
import { recordSimulation, townWorld } from '#simulator'
import { countProgress } from './count-progress.ts'
import { parseDurationMs } from './duration.ts'
import { readRig } from './read-rig.ts'

interface Flags {
  readonly rig: string
  readonly out: string
  readonly seed: string
  readonly for: string
  readonly json?: boolean
}

/** Images waiting to be written before the next is drawn: a second of six cameras. */
const RECORDS_BETWEEN_FLUSHES = 60

export const registerSimulate = (program: Command): void => {
  program
    .command('simulate')
    .description(
      'Drive through a made-up town and record what its sensors see: cameras, ego state, route, ground truth.',
    )
    .requiredOption('--rig <file>', 'the cameras to see it through (.rig.yaml)')
    .requiredOption('--out <tape>', 'the tape to write (.mcap)')
    .option('--seed <n>', 'another number is another town', '1')
    .option('--for <duration>', 'how long the drive is', '10s')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  outrider simulate --rig examples/town/town.rig.yaml --seed 4 --for 10s --out town.mcap',
    )
    .action(async (flags: Flags) => {
      const rig = readRig(flags.rig)
      const [finding] = checkRig(rig)
      if (finding) {
        const { code, where, expected, found } = finding
        throw new OutriderError({ code, expected: `${where} in ${flags.rig}: ${expected}`, found })
      }
      const seed = wholeNumber(flags.seed)
      const durationS = parseDurationMs(flags.for) / 1000
      const world = townWorld(seed)
      const progress = countProgress('tenths of a second', Math.ceil(durationS * 10))
      const tape = await openTape(flags.out)
      const messages: Record<string, number> = {}
      let records = 0
      try {
        for (const record of recordSimulation({ world, rig }, durationS)) {
          tape.write(record)
          messages[record.topic] = (messages[record.topic] ?? 0) + 1
          records += 1
          if (records % RECORDS_BETWEEN_FLUSHES !== 0) continue
          await tape.flush()
          progress.update(Math.floor(Number(record.publishTimeNs - world.beginNs) / 1e8))
        }
      } finally {
        progress.stop()
        await tape.close()
      }
      const summary = { world: world.name, seed, tape: flags.out, rig: flags.rig, durationS, messages }
      console.log(flags.json ? JSON.stringify(summary) : lines(summary))
    })
}

interface Summary {
  readonly world: string
  readonly seed: number
  readonly tape: string
  readonly durationS: number
  /** By topic. */
  readonly messages: Readonly<Record<string, number>>
}

const lines = ({ world, seed, tape, durationS, messages }: Summary): string =>
  [
    `drove ${durationS.toFixed(1)} s through ${world} ${seed}`,
    ...Object.entries(messages)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([topic, count]) => `  ${topic}  ${count}`),
    `tape ${tape}`,
  ].join('\n')

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new OutriderError({
    code: 'SIMULATE_FLAG',
    expected: '--seed with a whole number, 0 or more',
    found: JSON.stringify(text),
  })
}

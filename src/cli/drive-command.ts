import { existsSync } from 'node:fs'
import type { Command } from 'commander'
import { OutriderError } from '#errors'
import { type CarConfig, readCarConfig } from './car-config.ts'
import { drive } from './drive.ts'
import { printDrive } from './drive-report.ts'
import { parseDurationMs } from './duration.ts'
import { startLiveTable } from './live-table.ts'

interface Flags {
  readonly config?: string
  readonly rig?: string
  readonly bundle?: string
  readonly sensors?: string
  readonly publish?: string
  readonly ask?: string
  readonly out?: string
  readonly for?: string
  readonly force?: boolean
  readonly json?: boolean
}

const configFrom = (flags: Flags): CarConfig => {
  const { rig, bundle, sensors, publish, out } = flags
  const forMs = flags.for === undefined ? undefined : parseDurationMs(flags.for)
  const pipeline = flags.ask === undefined ? undefined : { questions: flags.ask.split(',') }
  return readCarConfig(flags.config, { rig, bundle, sensors, publish, out, forMs, pipeline })
}

export const registerDrive = (program: Command): void => {
  program
    .command('drive')
    .description('Drive: sensors in over ZeroMQ, checked plans out, everything on one tape.')
    .option('--config <file>', 'car configuration, YAML; the flags below override it')
    .option('--rig <file>', 'rig file: cameras and vehicle')
    .option('--bundle <folder>', 'compiled model')
    .option('--sensors <address>', 'ZeroMQ address to bind, which sensor drivers connect to')
    .option('--publish <address>', 'ZeroMQ address to bind, which verdicts, plans and faults are published on')
    .option('--ask <questions>', 'what the model is asked: plan (default), or plan,perception,prediction')
    .option('--out <file>', 'the tape to write (.mcap)')
    .option('--for <duration>', 'how long, counted from the first sensor message, as in 20s; else until Ctrl-C')
    .option('--force', 'write over an existing tape')
    .option('--json', 'print one JSON object at the end, nothing else on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  outrider drive --rig a.rig.yaml --bundle models/nano --sensors ipc://car.sock --out live.mcap --for 20s',
    )
    .action(async (flags: Flags) => {
      const config = configFrom(flags)
      if (config.out !== undefined && existsSync(config.out) && !flags.force) {
        throw new OutriderError({
          code: 'TAPE_EXISTS',
          expected: `no file at ${config.out}`,
          found: 'one',
          next: 'name another tape, or say --force to write over it',
        })
      }
      const interrupted = new AbortController()
      const interrupt = (): void => interrupted.abort()
      process.once('SIGINT', interrupt)
      process.once('SIGTERM', interrupt)
      const json = flags.json === true
      const table = json ? undefined : startLiveTable(process.stderr, 'drive')
      const path = await drive(config, {
        signal: interrupted.signal,
        tell: (line) => console.error(line),
        ...(table ? { onOutput: table.onOutput } : {}),
      }).finally(() => table?.stop())
      await printDrive(path, json)
    })
}

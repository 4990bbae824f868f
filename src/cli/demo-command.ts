import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { compileCheckpoint, SHAPES, writeRandomCheckpoint } from '#compiler'
import { readCarConfig } from './car-config.ts'
import { drive } from './drive.ts'
import { printDrive } from './drive-report.ts'
import { parseDurationMs } from './duration.ts'
import { startLiveTable } from './live-table.ts'
import { PACKAGE_ROOT } from './version.ts'

/** Any will do; the same each time, so that two demonstrations ask the same model. */
const SEED = 1n

interface Flags {
  readonly for: string
  readonly out?: string
  readonly json?: boolean
}

/** Another process of this program, as a sensor driver of a car would be. */
const startPlay = (address: string): ChildProcess => {
  const entry = process.argv[1]
  if (entry === undefined) throw new Error('this program has no entry file')
  const tape = join(PACKAGE_ROOT, 'examples/town/town.mcap')
  const command = ['play', tape, '--to', address, '--loop', '100', '--period', '10s', '--json']
  return spawn(process.execPath, [...process.execArgv, entry, ...command], { stdio: ['ignore', 'ignore', 'inherit'] })
}

const runDemo = async (flags: Flags): Promise<void> => {
  const json = flags.json === true
  const tell = (line: string): void => console.error(line)
  const folder = await mkdtemp(join(tmpdir(), 'outrider-demo-'))
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort())
  let player: ChildProcess | undefined
  try {
    const checkpoint = join(folder, 'checkpoint')
    const bundle = join(folder, 'bundle')
    await writeRandomCheckpoint(checkpoint, SHAPES.nano, { seed: SEED })
    await compileCheckpoint(checkpoint, bundle, {})
    tell(
      'The model: 5 M parameters of random weights. Its plans are nonsense, and the planners are right to refuse them.',
    )
    tell('The drive: a made-up town in six views, played over ZeroMQ by a second process. Ctrl-C ends it.')

    const address = `ipc://${join(folder, 'car.sock')}`
    const car = readCarConfig(join(PACKAGE_ROOT, 'examples/town/car.yaml'), {
      bundle,
      sensors: address,
      out: flags.out,
      forMs: parseDurationMs(flags.for),
    })
    const table = json ? undefined : startLiveTable(process.stdout, 'outrider')
    player = startPlay(address)
    const path = await drive(car, {
      signal: interrupted.signal,
      tell,
      ...(table ? { onOutput: table.onOutput } : {}),
    }).finally(() => table?.stop())
    await printDrive(path, json)
  } finally {
    player?.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

export const registerDemo = (program: Command): void => {
  program
    .command('demo')
    .description(
      'A short drive with everything in it: sockets, six views, model, planners, tape. Needs nothing set up.',
    )
    .option('--for <duration>', 'how long, from the first sensor message', '12s')
    .option('--out <file>', 'the tape to write (.mcap)')
    .option('--json', 'print one JSON object at the end, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  npm start\n  npm start -- --for 30s --out my-drive.mcap')
    .action(runDemo)
}

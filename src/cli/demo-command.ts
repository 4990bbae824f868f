import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { readCarConfig } from './car-config.ts'
import { demoClosedLoop } from './demo-closed-loop.ts'
import { demoDrive, demoModel } from './demo-model.ts'
import { drive } from './drive.ts'
import { printDrive } from './drive-report.ts'
import { parseDurationMs } from './duration.ts'
import { startLiveTable } from './live-table.ts'

interface Flags {
  readonly for: string
  readonly out?: string
  readonly json?: boolean
  readonly closedLoop?: boolean
}

/** Another process of this program, as a sensor driver of a car would be. */
const startPlay = (tape: string, address: string): ChildProcess => {
  const entry = process.argv[1]
  if (entry === undefined) throw new Error('this program has no entry file')
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
    const { bundle, about } = await demoModel(folder)
    tell(about)
    if (flags.closedLoop) {
      const seconds = parseDurationMs(flags.for) / 1000
      const { out } = flags
      return await demoClosedLoop({
        bundle,
        seconds,
        json,
        signal: interrupted.signal,
        tell,
        ...(out === undefined ? {} : { out }),
      })
    }
    const { tape, car: config } = demoDrive()
    tell('The drive: a made-up place in six views, played over ZeroMQ by a second process. Ctrl-C ends it.')

    const address = `ipc://${join(folder, 'car.sock')}`
    const car = readCarConfig(config, {
      bundle,
      sensors: address,
      out: flags.out,
      forMs: parseDurationMs(flags.for),
    })
    const table = json ? undefined : startLiveTable(process.stdout, 'outrider')
    player = startPlay(tape, address)
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
    .option(
      '--closed-loop',
      'let the model drive the made-up world, faster or slower than time passes, instead of a played drive',
    )
    .option('--out <file>', 'the tape to write (.mcap)')
    .option('--json', 'print one JSON object at the end, nothing else on standard output')
    .addHelpText(
      'after',
      '\nExample:\n  npm start\n  npm start -- --for 30s --out my-drive.mcap\n  npm start -- --closed-loop',
    )
    .action(runDemo)
}

// How many times faster than the drive is its replay, with and without --check? Two tapes, driven live just before: six 145 kB
// JPEGs at 12 Hz, and the shipped town. `read` is the tape read and nothing done with it, in turns with ours. --for 8s
import { fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readTape, verifyTape } from '#log'
import { createComparison, replay } from '#replay'
import { readCarConfig } from '../src/cli/car-config.ts'
import { drive } from '../src/cli/drive.ts'
import { durationFlagMs } from './car/bench-flags.ts'
import { makeRandomBundle } from './car/random-bundle.ts'
import { drawCarFrames, startCar } from './car/start-car.ts'
import { surroundDrive } from './car/surround-drive.ts'
import { percentile, reportBench } from './report.ts'

/** After the first, which compiles the code and is reported by itself: what one command costs a user. */
const ROUNDS = 5

const ROOT = fileURLToPath(new URL('..', import.meta.url))

interface Seconds {
  readonly read: number
  readonly replay: number
  readonly check: number
}

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const startMs = performance.now()
  await work()
  return (performance.now() - startMs) / 1e3
}

const readAll = async (tape: string): Promise<void> => {
  for await (const _ of readTape(tape));
}

const check = async (tape: string): Promise<void> => {
  const { damaged } = await verifyTape(tape)
  const comparison = createComparison()
  await replay({ records: readTape(tape), comparison })
  const { same } = comparison.finish()
  if (damaged.length > 0 || !same) throw new Error(`${tape} does not replay`)
}

const round = async (tape: string): Promise<Seconds> => ({
  read: await seconds(() => readAll(tape)),
  replay: await seconds(() => replay({ records: readTape(tape) })),
  check: await seconds(() => check(tape)),
})

/** The car of the pipeline's bench. */
const driveSix = async (folder: string, bundle: string, forMs: number): Promise<string> => {
  await drawCarFrames(folder)
  const address = `ipc://${join(folder, 'six.sock')}`
  const tape = join(folder, 'six.mcap')
  const car = startCar(address, folder)
  await surroundDrive({ bundle, address, tape, options: { forMs } }).finally(car.stop)
  return tape
}

/** As `npm start` does it. */
const driveTown = async (folder: string, bundle: string, forMs: number): Promise<string> => {
  const sensors = `ipc://${join(folder, 'town.sock')}`
  const out = join(folder, 'town.mcap')
  const flags = ['examples/town/town.mcap', '--to', sensors, '--loop', '100', '--period', '10s', '--json']
  const player = fork(join(ROOT, 'src/cli/main.ts'), ['play', ...flags], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ending = new AbortController()
  player.once('exit', () => ending.abort())
  const config = readCarConfig(join(ROOT, 'examples/town/car.yaml'), { bundle, sensors, out, forMs })
  try {
    return await drive(config, { signal: ending.signal, tell: () => {} })
  } finally {
    player.kill()
  }
}

const median = (values: readonly number[]): number => percentile(values, 0.5)

const measure = async (
  name: string,
  tape: string,
): Promise<{ figures: Record<string, number>; ratios: Record<string, number> }> => {
  const { spanNs, events, outputs } = await replay({ records: readTape(tape) })
  const driveS = Number(spanNs[1] - spanNs[0]) / 1e9
  const cold = await round(tape)
  const rounds: Seconds[] = []
  for (let index = 0; index < ROUNDS; index++) rounds.push(await round(tape))
  const middle = (what: keyof Seconds): number => median(rounds.map((seconds) => seconds[what]))
  return {
    figures: {
      [`${name}DriveS`]: driveS,
      [`${name}Messages`]: events + outputs,
      [`${name}XRealTime`]: driveS / middle('replay'),
      [`${name}CheckXRealTime`]: driveS / middle('check'),
      [`${name}ReadXRealTime`]: driveS / middle('read'),
      [`${name}FirstCheckXRealTime`]: driveS / cold.check,
      [`${name}CheckMsPerDriveS`]: (1e3 * middle('check')) / driveS,
    },
    ratios: {
      [`${name}ReplayToRead`]: middle('replay') / middle('read'),
      [`${name}CheckToRead`]: middle('check') / middle('read'),
    },
  }
}

const main = async (): Promise<void> => {
  const forMs = durationFlagMs('for', '8s')
  const folder = mkdtempSync(join(tmpdir(), 'bench-replay-'))
  try {
    const bundle = await makeRandomBundle(folder, 'nano')
    const six = await measure('six', await driveSix(folder, bundle, forMs))
    const town = await measure('town', await driveTown(folder, bundle, forMs))
    reportBench({
      name: 'replay-speed',
      n: ROUNDS,
      figures: { ...six.figures, ...town.figures },
      ratios: { ...six.ratios, ...town.ratios },
      // Ten times real time, whatever else the machine does.
      limits: { sixCheckMsPerDriveS: 100, townCheckMsPerDriveS: 100 },
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()

import type { Command } from 'commander'
import { checkRig } from '#calibration'
import { OutriderError } from '#errors'
import { openTape } from '#log'
import { recordSimulation, scenarioFamilies, scenarioSchema, worldOf } from '#simulator'
import { PLANNERS } from './closed-loop-drive.ts'
import { countProgress } from './count-progress.ts'
import { parseDurationMs } from './duration.ts'
import { readRig } from './read-rig.ts'
import { TOWN } from './shipped.ts'
import { simulateClosedLoop } from './simulate-closed-loop.ts'
import { simulateLive } from './simulate-live.ts'

interface Flags {
  readonly scenario?: string
  readonly weather?: string
  readonly rig?: string
  readonly out?: string
  readonly seed: string
  readonly for: string
  readonly seconds?: string
  readonly list?: boolean
  readonly json?: boolean
  readonly closedLoop?: boolean
  readonly live?: boolean
  readonly config?: string
  readonly bundle?: string
  readonly planner?: string
  readonly modelLatency?: string
  readonly weights?: string
  readonly to?: string
  readonly verdicts?: string
}

/** Images waiting to be written before the next is drawn: a second of six cameras. */
const RECORDS_BETWEEN_FLUSHES = 60

export const registerSimulate = (program: Command): void => {
  program
    .command('simulate')
    .description(
      'Drive through a made-up place and record what its sensors see (cameras, ego state, route) and what is true.',
    )
    .option('--scenario <family>', 'a kind of place, see --list; without it the street of the examples')
    .option('--seed <n>', 'another number is another place of its kind', '1')
    .option('--weather <sky>', 'clear, overcast, rain, fog, dusk, night, rainy-night; without it the seed chooses')
    .option(
      '--rig <file>',
      'the cameras to see it through (.rig.yaml); default: those of examples/town, in a closed loop those of the car',
    )
    .option('--out <tape>', 'the tape to write (.mcap)')
    .option('--seconds <n>', 'how long the drive is, as --for')
    .option('--list', 'tell which kinds of place there are')
    .option('--for <duration>', 'how long the drive is', '10s')
    .option('--closed-loop', 'let a planner drive, in lockstep with the world, and score it')
    .option('--planner <name>', `with --closed-loop: ${PLANNERS.join(', ')}`, 'model')
    .option('--bundle <folder>', 'with --closed-loop: the compiled model')
    .option('--weights <file>', 'with --closed-loop --planner blind: what it has learnt (.json)')
    .option(
      '--config <file>',
      'with --closed-loop: car configuration, YAML, as drive takes it; default: examples/nano/car.yaml',
    )
    .option('--model-latency <duration>', 'with --closed-loop: from a question to its answer; default: as measured')
    .option('--live', 'send the sensors over ZeroMQ as time passes, and go where a drive says')
    .option('--to <address>', 'with --live: what the drive has bound with --sensors')
    .option('--verdicts <address>', 'with --live: what the drive has bound with --publish')
    .option('--json', 'print one JSON object, nothing else on standard output')
    .addHelpText(
      'after',
      `
Without --scenario the tape holds where agents are, as examples/town/town.mcap; with it also what images show of them,
lights, signs, futures, what the world's own driver does, and the map.

Examples:
  outrider simulate --scenario intersection --seed 7 --seconds 20 --out drive.mcap
  outrider simulate --rig examples/town/town.rig.yaml --seed 4 --for 10s --out town.mcap
  outrider simulate --closed-loop --bundle models/nano --scenario village --seed 3 --seconds 30 --out x.mcap
  outrider simulate --closed-loop --planner idm --scenario village --seed 3 --seconds 30
  outrider simulate --live --scenario village --seconds 60 --to ipc://car.sock --verdicts ipc://out.sock`,
    )
    .action(async (flags: Flags) => {
      if (flags.list) {
        const text = scenarioFamilies.map(
          ({ name, summary, heldOut }) => `${name}${heldOut ? ' (held out)' : ''}: ${summary}`,
        )
        console.log(flags.json ? JSON.stringify({ families: scenarioFamilies }) : text.join('\n'))
        return
      }
      const seed = wholeNumber(flags.seed)
      const durationS = flags.seconds === undefined ? parseDurationMs(flags.for) / 1000 : wholeNumber(flags.seconds)
      const scenario = readScenario(flags, seed)
      if (flags.closedLoop) return simulateClosedLoop(flags, scenario, durationS)
      const { out, rig: rigPath = TOWN.rig } = flags
      if (flags.live) return simulateLive(flags, scenario, rigPath, durationS)
      if (out === undefined) throw flagError('--out with the tape to write (.mcap)', 'none')
      const rig = readRig(rigPath)
      const [finding] = checkRig(rig)
      if (finding) {
        const { code, where, expected, found } = finding
        throw new OutriderError({ code, expected: `${where} in ${rigPath}: ${expected}`, found })
      }
      const world = worldOf(scenario)
      const groundTruth = flags.scenario === undefined ? 'agents' : 'all'
      const progress = countProgress('tenths of a second', Math.ceil(durationS * 10))
      const tape = await openTape(out)
      const messages: Record<string, number> = {}
      let records = 0
      try {
        for (const record of recordSimulation({ world, rig, groundTruth }, durationS)) {
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
      const summary = {
        world: world.name,
        seed,
        weather: world.atmosphere.weather,
        light: world.atmosphere.light,
        tape: out,
        rig: rigPath,
        durationS,
        messages,
      }
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

const readScenario = ({ scenario = 'town', weather }: Flags, seed: number) => {
  const read = scenarioSchema.safeParse({ family: scenario, seed, ...(weather === undefined ? {} : { weather }) })
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw flagError(`${issue?.path.join('.')}: ${issue?.message}`, JSON.stringify({ scenario, seed, weather }))
}

const flagError = (expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'SIMULATE_FLAG', expected, found })

const wholeNumber = (text: string): number => {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw flagError('a whole number, 0 or more', JSON.stringify(text))
}

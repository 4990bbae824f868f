import type { Command } from 'commander'
import { OutriderError } from '#errors'
import { readTape } from '#log'
import { type PlaySummary, play } from '#replay'
import { openWirePublisher } from '#sensors'
import { parseDurationMs } from './duration.ts'
import { createSystemClock } from './system-clock.ts'
import { waitUntil } from './wait-until.ts'

interface Flags {
  readonly to: string
  readonly rate: string
  readonly loop: string
  readonly period?: string
  readonly originalStamps?: boolean
  readonly json?: boolean
}

export const registerPlay = (program: Command): void => {
  program
    .command('play')
    .argument('<tape>', 'the tape whose sensor topics are played (.mcap)')
    .description('Play a tape as a car: its sensor messages over ZeroMQ, as soon as somebody listens.')
    .requiredOption('--to <address>', 'ZeroMQ address to connect to, which drive has bound with --sensors')
    .option('--rate <number|max>', 'tape seconds a second; max sends as fast as it is taken, for tests', '1')
    .option('--loop <n>', 'how often; ego poses go on from turn to turn, ego state comes at 20 Hz at least', '1')
    .option('--period <duration>', 'from the beginning of one turn to that of the next, as in 500ms')
    .option('--original-stamps', 'keep the capture stamps of the tape; else they count from now')
    .option('--json', 'print one JSON object at the end, nothing else on standard output')
    .addHelpText('after', '\nExample:\n  outrider play a.mcap --loop 60 --period 500ms --to ipc://car.sock')
    .action(async (tape: string, flags: Flags) => {
      const rate = flags.rate === 'max' ? 'max' : positive('--rate', flags.rate)
      const loops = positive('--loop', flags.loop)
      if (!Number.isInteger(loops)) throw invalid('--loop', 'a whole number', flags.loop)
      const clock = createSystemClock()
      const interrupted = new AbortController()
      const { signal } = interrupted
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())

      const whenFull = rate === 'max' ? 'wait' : 'drop'
      const publisher = await openWirePublisher({ address: flags.to, mode: 'connect', whenFull, clock })
      let beginNs = 0n
      try {
        const summary = await play(
          {
            readRecords: () => readTape(tape),
            async begin() {
              console.error(`waiting for a subscriber at ${flags.to}`)
              await publisher.waitForSubscriber(signal).catch((error) => {
                if (!signal.aborted) throw error
              })
              if (!signal.aborted) console.error(`playing ${tape}`)
              beginNs = clock.nowNs()
              return beginNs
            },
            waitUntil: (afterBeginNs) => waitUntil(clock, beginNs + afterBeginNs, signal),
            publish: publisher.publish,
            signal,
          },
          {
            rate,
            loops,
            ...(flags.period ? { periodNs: BigInt(Math.round(parseDurationMs(flags.period) * 1e6)) } : {}),
            originalStamps: flags.originalStamps === true,
          },
        )
        const durationS = Number(clock.nowNs() - beginNs) / 1e9
        console.log(
          flags.json ? JSON.stringify({ tape, to: flags.to, durationS, ...summary }) : lines(summary, durationS),
        )
      } finally {
        await publisher.close()
      }
    })
}

const lines = ({ sent, madeUpEgoStates, lost }: PlaySummary, durationS: number): string => {
  const total = Object.values(sent).reduce((sum, count) => sum + count, 0)
  return [
    `played ${total} messages in ${durationS.toFixed(1)} s`,
    ...Object.entries(sent).map(([topic, count]) => `  ${topic}  ${count}`),
    ...(madeUpEgoStates > 0 ? [`  of the ego states ${madeUpEgoStates} are between two of the tape's`] : []),
    ...(lost > 0 ? [`  lost ${lost}: the reader was too slow, or gone`] : []),
  ].join('\n')
}

const positive = (flag: string, text: string): number => {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value
  throw invalid(flag, 'a number above 0', text)
}

const invalid = (flag: string, expected: string, found: string): OutriderError =>
  new OutriderError({ code: 'PLAY_FLAG', expected: `${flag} with ${expected}`, found: JSON.stringify(found) })

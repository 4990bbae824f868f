import { OutriderError } from '#errors'
import type { TapeRecord } from '#messages'
import { playback } from './playback.ts'
import { surveyTape } from './survey-tape.ts'

export interface PlayPorts {
  /** The tape's records in file order; read once to look and once for each turn. */
  readRecords(): AsyncIterable<TapeRecord>
  /** Resolves when somebody listens, with the time that counts as the tape's first stamp; ns since the Unix epoch. */
  begin(): Promise<bigint>
  /** Resolves that long after `begin` did, or when the signal is aborted; ns. */
  waitUntil(afterBeginNs: bigint): Promise<void>
  /** False when the message was lost on the way out. */
  publish(topic: string, payload: Uint8Array): Promise<boolean>
  readonly signal?: AbortSignal
}

export interface PlayOptions {
  /** Tape seconds a second; `max` sends as fast as it is taken, stamped as at 1. */
  readonly rate: number | 'max'
  readonly loops: number
  /** Needed when it loops; ns. */
  readonly periodNs?: bigint
  /** Stamps stay as they are on the tape; each further turn is a period later. */
  readonly originalStamps: boolean
}

export interface PlaySummary {
  /** Messages sent, by topic. */
  readonly sent: Readonly<Record<string, number>>
  /** Of those, ego states that are none of the tape's. */
  readonly madeUpEgoStates: number
  /** Messages that the reader was too slow for, or that nobody was there for any more. */
  readonly lost: number
}

/** Plays a tape's sensor messages as the car sent them. Throws OutriderError TAPE_WITHOUT_SENSORS, PLAY_PERIOD. */
export const play = async (ports: PlayPorts, options: PlayOptions): Promise<PlaySummary> => {
  const { readRecords, begin, waitUntil, publish, signal } = ports
  const { rate, loops, originalStamps } = options
  const survey = await surveyTape(readRecords())
  const periodNs = checkedPeriod(options, survey.spanNs)
  const stampRate = rate === 'max' ? 1 : rate
  const sent: Record<string, number> = {}
  let madeUpEgoStates = 0
  let lost = 0

  const messages = playback(readRecords, survey, { loops, periodNs })
  // Opening the tape takes tens of ms: the first frame must not pay for it.
  let next = await messages.next()
  const beginNs = await begin()
  for (; !next.done; next = await messages.next()) {
    const message = next.value
    if (rate !== 'max') await waitUntil(slowed(message.dueNs, rate))
    if (signal?.aborted) {
      await messages.return(undefined)
      break
    }
    const stampNs = originalStamps
      ? survey.firstStampNs + message.offsetNs
      : beginNs + slowed(message.offsetNs, stampRate)
    const wasSent = await publish(message.topic, message.payload(stampNs))
    if (!wasSent) lost += 1
    else {
      sent[message.topic] = (sent[message.topic] ?? 0) + 1
      if (message.madeUp) madeUpEgoStates += 1
    }
  }
  return { sent, madeUpEgoStates, lost }
}

/** A time of the tape at another speed; exact at 1, otherwise to the ns for drives under 100 days. */
const slowed = (ns: bigint, rate: number): bigint => (rate === 1 ? ns : BigInt(Math.round(Number(ns) / rate)))

const checkedPeriod = ({ loops, periodNs }: PlayOptions, spanNs: bigint): bigint => {
  if (loops === 1) return 0n
  if (periodNs !== undefined && periodNs >= spanNs && periodNs > 0n) return periodNs
  const spanMs = Number(spanNs) / 1e6
  throw new OutriderError({
    code: 'PLAY_PERIOD',
    expected: `a period of at least the tape's ${spanMs} ms from first to last stamp`,
    found: periodNs === undefined ? 'none' : `${Number(periodNs) / 1e6} ms`,
    next: 'say --period, as in --period 500ms',
  })
}

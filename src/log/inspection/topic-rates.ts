import { findTopic, type Producer, type TapeRecord } from '#messages'
import { msFromNs, type Quantiles, quantilesOf } from './quantiles.ts'

export interface TopicRate {
  readonly topic: string
  readonly producer: Producer | 'unknown'
  readonly messages: number
  readonly bytes: number
  /** Between the first and the last message, by log time; Hz. Absent when they are too close together to say. */
  readonly rateHz?: number
  /** Of the table of topics. */
  readonly expectedHz?: number
  /** Longest time without a message after the first, to the end of the tape, by log time; s. */
  readonly largestGapS: number
  /** When that gap began; ns since the Unix epoch. */
  readonly largestGapAtNs: bigint
  /** Age at admission (log time less capture); ms. Only for sensor topics. */
  readonly ageMs?: Quantiles
}

/** Shortest span that a rate is told of, in s: two messages of one event would make a gigahertz. */
const LEAST_SPAN_S = 0.1

interface Entry {
  messages: number
  bytes: number
  firstNs: bigint
  lastNs: bigint
  gapNs: bigint
  gapAtNs: bigint
  readonly agesMs: number[] | undefined
}

/** Counts, rates, gaps and ages of every topic, in the order of their first message. */
export const createTopicRates = () => {
  const entries = new Map<string, Entry>()
  let endNs = 0n

  const start = ({ topic, logTimeNs }: TapeRecord): Entry => {
    const agesMs = findTopic(topic)?.sensor ? [] : undefined
    const fresh = {
      messages: 0,
      bytes: 0,
      firstNs: logTimeNs,
      lastNs: logTimeNs,
      gapNs: 0n,
      gapAtNs: logTimeNs,
      agesMs,
    }
    entries.set(topic, fresh)
    return fresh
  }

  const noteGap = (entry: Entry, untilNs: bigint): void => {
    if (untilNs - entry.lastNs <= entry.gapNs) return
    entry.gapNs = untilNs - entry.lastNs
    entry.gapAtNs = entry.lastNs
  }

  return {
    add(record: TapeRecord): void {
      const { logTimeNs } = record
      const entry = entries.get(record.topic) ?? start(record)
      noteGap(entry, logTimeNs)
      entry.messages += 1
      entry.bytes += record.payload.byteLength
      entry.lastNs = logTimeNs
      entry.agesMs?.push(msFromNs(logTimeNs - record.publishTimeNs))
      if (logTimeNs > endNs) endNs = logTimeNs
    },
    result: (): TopicRate[] =>
      [...entries].map(([topic, entry]) => {
        const row = findTopic(topic)
        // What comes when it happens has no end that could be a gap.
        if (row?.expectedHz) noteGap(entry, endNs)
        const spanS = msFromNs(entry.lastNs - entry.firstNs) / 1e3
        const ageMs = quantilesOf(entry.agesMs ?? [])
        return {
          topic,
          producer: row?.producer ?? 'unknown',
          messages: entry.messages,
          bytes: entry.bytes,
          largestGapS: msFromNs(entry.gapNs) / 1e3,
          largestGapAtNs: entry.gapAtNs,
          ...(spanS >= LEAST_SPAN_S ? { rateHz: (entry.messages - 1) / spanS } : {}),
          ...(row?.expectedHz ? { expectedHz: row.expectedHz } : {}),
          ...(ageMs ? { ageMs } : {}),
        }
      }),
  }
}

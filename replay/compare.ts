import { findTopic, type TapeRecord } from '#messages'
import { type FieldDifference, payloadDifferences } from './field-differences.ts'
import { kindOf, pairUp, sameButMoved, stampDifferences } from './pair-up.ts'
import { createRuns, type Run } from './runs.ts'

/**
 * `missing`: on the tape, not recomputed. `unexpected`: the reverse. `times`, `sequence`, `payload`: both, but not
 * equal (the first of these that differs). `order`: both and equal, but in another order. `refused`: an event that step
 * does not take; nothing after it is compared.
 */
export type DivergenceKind = 'missing' | 'unexpected' | 'times' | 'sequence' | 'payload' | 'order' | 'refused'

/** One message that did not come out as recorded; stamps are the recorded ones where there is a recorded message. */
export interface Divergence {
  readonly kind: DivergenceKind
  readonly topic: string
  /** ns since the Unix epoch. */
  readonly logTimeNs: bigint
  readonly publishTimeNs: bigint
  readonly sequence: number
  /** Stamps by their MCAP names (log_time, publish_time, sequence), then fields of the payload by path. */
  readonly differences: readonly FieldDifference[]
}

export interface TopicComparison {
  readonly topic: string
  readonly recorded: number
  readonly recomputed: number
  readonly diverged: number
}

export interface ComparisonReport {
  /** True when every message came out as recorded, in the recorded order. */
  readonly same: boolean
  /** Messages that were there on both sides. */
  readonly compared: number
  readonly diverged: number
  /** The first in the order of the tape; undefined when all are the same. */
  readonly first: Divergence | undefined
  /** The first few, `first` included. */
  readonly divergences: readonly Divergence[]
  /** Sorted by topic. */
  readonly topics: readonly TopicComparison[]
}

/**
 * Told both streams, each in its own order and interleaved as the caller likes, it compares message by message. Topics
 * that `step` does not produce are passed over. Memory: what one side is behind the other, and the divergences kept.
 */
export interface Comparison {
  recorded(record: TapeRecord): void
  recomputed(record: TapeRecord): void
  /** Told an event that step does not take, and why; what is told later is not compared. */
  refused(event: TapeRecord, why: string): void
  /** Once, when both streams have ended. */
  finish(): ComparisonReport
}

/** Events that one side may be behind before the other side's are given up as unmatched; a replay is behind by 1. */
const MOST_BEHIND = 4096

/** Characters of a refusal's reason: a configuration's can go on for pages. */
const MOST_REASON = 200

export const createComparison = ({ keep = 20 }: { readonly keep?: number } = {}): Comparison => {
  const sides = { recorded: createRuns(), recomputed: createRuns() }
  const counts = new Map<string, { recorded: number; recomputed: number; diverged: number }>()
  const kept: { divergence: Divergence; record: TapeRecord }[] = []
  let compared = 0
  let diverged = 0
  let over = false

  const countOf = (topic: string) => {
    const count = counts.get(topic) ?? { recorded: 0, recomputed: 0, diverged: 0 }
    counts.set(topic, count)
    return count
  }

  const report = (kind: DivergenceKind, record: TapeRecord, differences: readonly FieldDifference[] = []): void => {
    // A message that only moved is one divergence, not one missing and one unexpected.
    const other = { missing: 'unexpected', unexpected: 'missing' }[kind as string]
    const moved = kept.find((entry) => entry.divergence.kind === other && sameButMoved(entry.record, record))
    if (moved) {
      const [was, is] = kind === 'missing' ? [record, moved.record] : [moved.record, record]
      const stamps = stampDifferences(was, is)
      moved.divergence = divergence(stamps.length > 0 ? 'times' : 'order', was, stamps)
      return
    }
    diverged += 1
    countOf(record.topic).diverged += 1
    if (kept.length < keep) kept.push({ divergence: divergence(kind, record, differences), record })
  }

  const compareRun = (recorded: Run, recomputed: Run): void => {
    const pairs = pairUp(recorded, recomputed)
    let furthest = -1
    for (const [index, record] of recorded.entries()) {
      const partnerIndex = pairs.get(index)
      const partner = partnerIndex === undefined ? undefined : recomputed[partnerIndex]
      if (partnerIndex === undefined || !partner) {
        report('missing', record)
        continue
      }
      compared += 1
      const kind = kindOf(record, partner)
      if (kind) {
        const wanted = kept.length < keep
        const fields = wanted ? [...stampDifferences(record, partner), ...payloadDifferences(record, partner)] : []
        report(kind, record, fields)
      } else if (partnerIndex < furthest) report('order', record)
      furthest = Math.max(furthest, partnerIndex)
    }
    const partnered = new Set(pairs.values())
    for (const [index, record] of recomputed.entries()) if (!partnered.has(index)) report('unexpected', record)
  }

  const settle = (): void => {
    const { recorded, recomputed } = sides
    for (;;) {
      const left = recorded.first()
      const right = recomputed.first()
      const leftNs = left?.[0]?.logTimeNs
      const rightNs = right?.[0]?.logTimeNs
      if (left && right && leftNs === rightNs) {
        compareRun(left, right)
        recorded.next()
        recomputed.next()
      } else if (left && (right ? leftNs! < rightNs! : recomputed.ended || recorded.waiting() > MOST_BEHIND)) {
        for (const record of left) report('missing', record)
        recorded.next()
      } else if (right && (left || recorded.ended || recomputed.waiting() > MOST_BEHIND)) {
        for (const record of right) report('unexpected', record)
        recomputed.next()
      } else return
    }
  }

  const take = (side: 'recorded' | 'recomputed', record: TapeRecord): void => {
    const topic = findTopic(record.topic)
    if (over || (topic && topic.producer !== 'step')) return
    countOf(record.topic)[side] += 1
    sides[side].add(record)
    settle()
  }

  const end = (): void => {
    over = true
    sides.recorded.end()
    sides.recomputed.end()
    settle()
  }

  return {
    recorded: (record) => take('recorded', record),
    recomputed: (record) => take('recomputed', record),
    refused: (event, why) => {
      end()
      report('refused', event, [{ field: 'event', recorded: 'taken', recomputed: why.slice(0, MOST_REASON) }])
    },
    finish: () => {
      end()
      const topics = [...counts].map(([topic, count]) => ({ topic, ...count }))
      topics.sort((a, b) => (a.topic < b.topic ? -1 : 1))
      const divergences = kept.map((entry) => entry.divergence)
      return { same: diverged === 0, compared, diverged, first: divergences[0], divergences, topics }
    },
  }
}

const divergence = (kind: DivergenceKind, record: TapeRecord, differences: readonly FieldDifference[]): Divergence => ({
  kind,
  topic: record.topic,
  logTimeNs: record.logTimeNs,
  publishTimeNs: record.publishTimeNs,
  sequence: record.sequence,
  differences,
})

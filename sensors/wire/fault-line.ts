import { captureStampOf, findTopic, restamp } from '#messages'
import { chooseFaults, type FaultActions, type FaultKind, type FaultRule } from './fault-script.ts'

/** A message of the wire: topic, header, payload. */
export type WireParts = readonly [topic: Uint8Array, header: Uint8Array, payload: Uint8Array]

/** The line between senders and reader, on which the script's faults happen. Knows no socket and no clock. */
export interface FaultLine {
  /** Takes a message in; `nowMs` is monotonic. */
  take(parts: WireParts, nowMs: number): void
  /** What is to be sent by now, in order; each is given once. */
  due(nowMs: number): readonly WireParts[]
  /** When `due` will next have something; undefined when nothing waits. */
  nextMs(): number | undefined
  /** Messages taken in, and struck by each kind of fault. */
  counts(): { readonly taken: number; readonly struck: Readonly<Partial<Record<FaultKind, number>>> }
}

/** A reordered message that waits for others of its topic goes after this long at the latest: the sender may have ended; ms. */
const LONGEST_BEHIND_MS = 1000

interface Waiting {
  readonly parts: WireParts
  readonly topic: string
  readonly copies: number
  dueMs: number
  /** Among those of one time. */
  order: number
  /** Messages of its topic that are still to go before it. */
  behind: number
}

export const createFaultLine = (script: readonly FaultRule[], seed: number): FaultLine => {
  const indices = new Map<string, number>()
  const struck: Partial<Record<FaultKind, number>> = {}
  const waiting: Waiting[] = []
  let firstStampNs: bigint | undefined
  let atMs = 0
  let taken = 0
  let lastOrder = 0

  const nextOrder = (): number => {
    lastOrder += 1
    return lastOrder
  }

  /** By its stamp; a message that has none is taken for as old as the one before it. */
  const scriptTime = (topic: string, payload: Uint8Array): number => {
    const stampNs = stampOf(topic, payload)
    if (stampNs === undefined) return atMs
    firstStampNs ??= stampNs
    atMs = Number(stampNs - firstStampNs) / 1e6
    return atMs
  }

  /** One more has gone before those of its topic that wait for it; whose turn has come goes right after it. */
  const letPass = (passing: Waiting, nowMs: number): void => {
    for (const other of waiting) {
      if (other === passing || other.topic !== passing.topic || other.behind === 0) continue
      other.behind -= 1
      if (other.behind > 0) continue
      other.dueMs = passing.behind === 0 ? passing.dueMs : nowMs
      other.order = nextOrder()
    }
  }

  return {
    take(parts, nowMs) {
      const topic = Buffer.from(parts[0]).toString('utf8')
      const index = indices.get(topic) ?? 0
      indices.set(topic, index + 1)
      taken += 1
      const actions = chooseFaults(script, seed, { topic, index, atMs: scriptTime(topic, parts[2]) })
      for (const kind of actions.struckBy) struck[kind] = (struck[kind] ?? 0) + 1
      if (actions.lost) return
      const { copies, behind, delayMs } = actions
      const entry: Waiting = {
        parts: [parts[0], parts[1], changePayload(topic, parts[2], actions)],
        topic,
        copies,
        behind,
        dueMs: nowMs + delayMs + (behind > 0 ? LONGEST_BEHIND_MS : 0),
        order: nextOrder(),
      }
      waiting.push(entry)
      letPass(entry, nowMs)
    },
    due(nowMs) {
      const ready = waiting.filter(({ dueMs }) => dueMs <= nowMs)
      for (const entry of ready) waiting.splice(waiting.indexOf(entry), 1)
      ready.sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
      return ready.flatMap(({ parts, copies }) => Array.from({ length: copies + 1 }, () => parts))
    },
    nextMs: () => (waiting.length === 0 ? undefined : Math.min(...waiting.map(({ dueMs }) => dueMs))),
    counts: () => ({ taken, struck }),
  }
}

const stampOf = (topic: string, payload: Uint8Array): bigint | undefined => {
  const row = findTopic(topic)
  if (!row?.sensor) return undefined
  try {
    return captureStampOf(row.schema, payload)
  } catch {
    return undefined
  }
}

const changePayload = (topic: string, payload: Uint8Array, { shiftMs, flips }: FaultActions): Uint8Array => {
  const stampNs = shiftMs === 0 ? undefined : stampOf(topic, payload)
  const shiftedNs = (stampNs ?? 0n) + BigInt(Math.round(shiftMs * 1e6))
  const schema = findTopic(topic)?.schema
  const shifted = stampNs === undefined || !schema || shiftedNs < 0n ? payload : restamp(schema, payload, shiftedNs)
  if (flips.length === 0 || shifted.length === 0) return shifted
  const bytes = shifted.slice()
  for (const { place, mask } of flips) bytes[Math.floor(place * bytes.length)]! ^= mask
  return bytes
}

import { createHash } from 'node:crypto'
import type { Fault_Severity } from '#messages'
import type { SensorFault } from '../source.ts'

/** Something that went wrong on the wire, before it is counted. */
export interface Occurrence {
  readonly code: string
  /** A topic of the table, or empty: senders must not be able to make up keys to count under. */
  readonly topic: string
  readonly severity: Fault_Severity
  readonly message: string
  /** At least 1. */
  readonly times: number
  /** The refused bytes, in parts. */
  readonly refused?: readonly Uint8Array[]
}

/** One fault of a kind a second: a broken sender must not fill the tape. */
const FOLD_MS = 1000

export interface FaultFold {
  /** `nowMs` is monotonic. */
  note(occurrence: Occurrence, nowMs: number): void
  /** Reports what is folded and due. */
  flush(nowMs: number): void
  /** Reports what is folded, due or not. */
  flushAll(): void
}

/** Reports a fault at once when it is the first of its code and topic; those that follow are folded into one a second. */
export const createFaultFold = (report: (fault: SensorFault) => void): FaultFold => {
  const kinds = new Map<string, { reportedMs: number; folded: Occurrence | undefined }>()

  const emit = ({ refused, ...occurrence }: Occurrence): void =>
    report({ source: 'sensors/wire', ...occurrence, ...(refused ? { refusedSha256: sha256(refused) } : {}) })

  const flush = (isDue: (reportedMs: number) => boolean, nowMs: number): void => {
    for (const kind of kinds.values()) {
      if (!kind.folded || !isDue(kind.reportedMs)) continue
      emit(kind.folded)
      kind.folded = undefined
      kind.reportedMs = nowMs
    }
  }

  return {
    note(occurrence, nowMs) {
      const key = `${occurrence.code}|${occurrence.topic}`
      const kind = kinds.get(key) ?? { reportedMs: Number.NEGATIVE_INFINITY, folded: undefined }
      kinds.set(key, kind)
      const folded = { ...occurrence, times: addTimes(kind.folded?.times ?? 0, occurrence.times) }
      if (nowMs - kind.reportedMs < FOLD_MS) {
        // Only the newest bytes are held, and hashed only when they are reported: a flood costs neither memory nor time.
        kind.folded = folded
        return
      }
      kind.folded = undefined
      kind.reportedMs = nowMs
      emit(folded)
    },
    flush: (nowMs) => flush((reportedMs) => nowMs - reportedMs >= FOLD_MS, nowMs),
    flushAll: () => flush(() => true, Number.NEGATIVE_INFINITY),
  }
}

const addTimes = (a: number, b: number): number => Math.min(a + b, Number.MAX_SAFE_INTEGER)

const sha256 = (parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

import { decode, Fault_Severity, FaultSchema, type TapeRecord } from '#messages'

export interface FaultCount {
  readonly source: string
  readonly code: string
  /** The topic it concerns; empty when none. */
  readonly topic: string
  readonly severity: 'info' | 'warning' | 'error' | 'unspecified'
  /** Fault messages on the tape, and times it happened: a message may stand for several. */
  readonly messages: number
  readonly times: number
  /** ns since the Unix epoch. */
  readonly firstNs: bigint
  readonly lastNs: bigint
  /** Of the last one. */
  readonly message: string
}

const SEVERITIES: Readonly<Record<number, FaultCount['severity']>> = {
  [Fault_Severity.UNSPECIFIED]: 'unspecified',
  [Fault_Severity.INFO]: 'info',
  [Fault_Severity.WARNING]: 'warning',
  [Fault_Severity.ERROR]: 'error',
}

/** Faults by source, code and topic, the most frequent first. */
export const createFaultCounts = () => {
  const counts = new Map<string, FaultCount>()
  return {
    add({ topic: recordedOn, payload, logTimeNs }: TapeRecord): void {
      if (recordedOn !== '/sensors/fault' && recordedOn !== '/pipeline/fault') return
      const { source, code, topic, severity, message, count } = decode(FaultSchema, payload)
      // Each of the two topics counts for itself.
      const key = [recordedOn, source, code, topic].join('\n')
      const known = counts.get(key)
      counts.set(key, {
        source,
        code,
        topic,
        severity: SEVERITIES[severity] ?? 'unspecified',
        messages: (known?.messages ?? 0) + 1,
        times: Math.max(known?.times ?? 0, Number(count)),
        firstNs: known?.firstNs ?? logTimeNs,
        lastNs: logTimeNs,
        message,
      })
    },
    result: (): FaultCount[] => [...counts.values()].sort((a, b) => b.times - a.times || (a.code < b.code ? -1 : 1)),
  }
}

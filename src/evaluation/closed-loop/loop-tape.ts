import type { TapeRecord } from '#messages'
import type { RecordSink } from '#pipeline'

export interface LoopTape extends RecordSink {
  /** Writes what the world says of itself, behind what was written last. */
  aside(topic: string, timeNs: bigint, payload: Uint8Array): void
}

/** A tape without the shell's timings: they tell of this machine, not of the drive, and would make equal drives differ. */
export const loopTape = (tape: RecordSink): LoopTape => {
  let lastNs = 0n
  const sequences = new Map<string, number>()
  const write = (record: TapeRecord): void => {
    lastNs = record.logTimeNs
    tape.write(record)
  }
  return {
    write(record) {
      if (record.topic !== '/pipeline/stage-timing') write(record)
    },
    aside(topic, timeNs, payload) {
      const sequence = sequences.get(topic) ?? 0
      sequences.set(topic, sequence + 1)
      write({ topic, logTimeNs: lastNs, publishTimeNs: timeNs, sequence, payload })
    },
  }
}

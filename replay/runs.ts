import type { TapeRecord } from '#messages'

/** Outputs of one event: they share its log time. */
export type Run = readonly TapeRecord[]

/** A stream, cut into runs of equal log time; a run is there once the next one has begun or the stream has ended. */
export const createRuns = () => {
  const whole: Run[] = []
  let open: TapeRecord[] = []
  let ended = false
  const close = (): void => {
    if (open.length > 0) whole.push(open)
    open = []
  }
  return {
    add(record: TapeRecord): void {
      if (open[0] && open[0].logTimeNs !== record.logTimeNs) close()
      open.push(record)
    },
    end(): void {
      close()
      ended = true
    },
    first: (): Run | undefined => whole[0],
    next: () => whole.shift(),
    waiting: () => whole.length,
    get ended() {
      return ended
    },
  }
}

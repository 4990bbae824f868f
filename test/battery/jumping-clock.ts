import type { Clock } from '#pipeline'

/** The clock goes on from another time at once, as after a step by NTP or by hand. */
export interface ClockJump {
  /** After `start`; ms. */
  readonly atMs: number
  /** Back when negative; ms. */
  readonly byMs: number
}

/** A clock that shows other times than `clock` does, once each jump's moment has come. `monotonicMs` does not jump. */
export const createJumpingClock = (
  clock: Clock,
  jumps: readonly ClockJump[],
  monotonicMs: () => number,
): Clock & { start(): void } => {
  let startedMs: number | undefined
  return {
    /** From now on the jumps' moments count. */
    start() {
      startedMs ??= monotonicMs()
    },
    nowNs() {
      const sinceMs = startedMs === undefined ? -1 : monotonicMs() - startedMs
      const movedMs = jumps.reduce((sum, { atMs, byMs }) => (sinceMs >= atMs ? sum + byMs : sum), 0)
      return clock.nowNs() + BigInt(Math.round(movedMs * 1e6))
    },
  }
}

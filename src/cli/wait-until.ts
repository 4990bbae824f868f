import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves at that time of the clock (ns since the Unix epoch), at once when it is past, or when the signal is aborted. */
export const waitUntil = async (clock: { nowNs(): bigint }, timeNs: bigint, signal: AbortSignal): Promise<void> => {
  // Timers cut to whole ms: rounded up, no message is sent before its own stamp.
  const waitMs = Math.ceil(Number(timeNs - clock.nowNs()) / 1e6)
  if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {})
}

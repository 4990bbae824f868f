import type { Clock } from '#pipeline'

/** Unix time from one anchor and the monotonic clock, so that an NTP step during a drive moves no event. */
export const createSystemClock = (): Clock => {
  const anchorNs = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()
  return { nowNs: () => anchorNs + process.hrtime.bigint() }
}

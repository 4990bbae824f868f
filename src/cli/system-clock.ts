import type { Clock } from '#pipeline'

/**
 * Unix time from one anchor and the monotonic clock, so that an NTP step during a drive moves no event. The anchor is
 * finer than Date.now(), whose whole ms would set two processes of one computer apart.
 */
export const createSystemClock = (): Clock => {
  const nowMs = performance.timeOrigin + performance.now()
  const anchorNs = BigInt(Math.round(nowMs * 1e3)) * 1_000n - process.hrtime.bigint()
  return { nowNs: () => anchorNs + process.hrtime.bigint() }
}

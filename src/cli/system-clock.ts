import type { Clock } from '#pipeline'

/** Ticks of a ms that are watched: on a loaded machine a process may be parted from its core just then, but hardly each time. */
const TICKS = 8

/**
 * Unix time from one anchor and the monotonic clock, so that an NTP step during a drive moves no event. The anchor is
 * finer than Date.now(), whose whole ms would set two processes of one computer apart, and than performance.timeOrigin,
 * which Node takes with two reads at the start of the process: parted there, it is off for good.
 */
export const createSystemClock = (): Clock => {
  let anchorNs = anchorAtTick()
  for (let tick = 1; tick < TICKS; tick += 1) {
    const next = anchorAtTick()
    if (next > anchorNs) anchorNs = next
  }
  return { nowNs: () => anchorNs + process.hrtime.bigint() }
}

/** Unix time where the monotonic clock was zero, read as a ms begins; ns. What delays the second read only makes it smaller. */
const anchorAtTick = (): bigint => {
  const beforeMs = Date.now()
  let nowMs = beforeMs
  while (nowMs === beforeMs) nowMs = Date.now()
  return BigInt(nowMs) * 1_000_000n - process.hrtime.bigint()
}

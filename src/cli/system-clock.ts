import type { Clock } from '#pipeline'

/** Tries to read both clocks at one instant: on a loaded machine a process may be parted from its core between two reads. */
const TRIES = 16

/**
 * Unix time from one anchor and the monotonic clock, so that an NTP step during a drive moves no event. The anchor is
 * finer than Date.now(), whose whole ms would set two processes of one computer apart.
 */
export const createSystemClock = (): Clock => {
  const reads = Array.from({ length: TRIES }, readBoth)
  const { anchorNs } = reads.reduce((best, read) => (read.tookNs < best.tookNs ? read : best))
  return { nowNs: () => anchorNs + process.hrtime.bigint() }
}

const readBoth = (): { readonly anchorNs: bigint; readonly tookNs: bigint } => {
  const beforeNs = process.hrtime.bigint()
  const nowMs = performance.timeOrigin + performance.now()
  const tookNs = process.hrtime.bigint() - beforeNs
  return { anchorNs: BigInt(Math.round(nowMs * 1e3)) * 1_000n - beforeNs - tookNs / 2n, tookNs }
}

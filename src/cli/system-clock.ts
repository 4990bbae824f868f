import type { Clock } from '#pipeline'

/** How far two processes of one computer may disagree; a message takes longer. */
const FINE_NS = 20_000n
/** On a loaded machine a process is rarely on its core just as a ms begins; it waits for one such ms, and no longer than this. */
const PATIENCE_NS = 1_000_000_000n

/**
 * Unix time from one anchor and the monotonic clock, so that an NTP step during a drive moves no event. The anchor is
 * finer than Date.now(), whose whole ms would set two processes of one computer apart, and than performance.timeOrigin,
 * which Node takes with two reads at the start of the process: parted there, it is off for good.
 */
export const createSystemClock = (): Clock => {
  const anchorNs = anchor()
  return { nowNs: () => anchorNs + process.hrtime.bigint() }
}

/**
 * Unix time where the monotonic clock was zero; ns. Each whole ms, read between two reads of the monotonic clock, says what it is at
 * least and at most, however long the process was parted in between; they close in on it where a ms begins.
 */
const anchor = (): bigint => {
  const begunNs = process.hrtime.bigint()
  let least: bigint | undefined
  let most: bigint | undefined
  let afterNs = begunNs
  while (least === undefined || most === undefined || (most - least > FINE_NS && afterNs - begunNs < PATIENCE_NS)) {
    const beforeNs = process.hrtime.bigint()
    const msNs = BigInt(Date.now()) * 1_000_000n
    afterNs = process.hrtime.bigint()
    if (least === undefined || msNs - afterNs > least) least = msNs - afterNs
    if (most === undefined || msNs + 1_000_000n - beforeNs < most) most = msNs + 1_000_000n - beforeNs
  }
  return least
}

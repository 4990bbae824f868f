import { setTimeout as sleep } from 'node:timers/promises'
import { OutriderError } from '#errors'
import type { TapeRecord } from '#messages'

/**
 * Lets events through no faster than `rate` tape seconds a second; undefined for `max`. One that is late is let through at
 * once, and the next ones keep to the time of the first. Throws OutriderError REPLAY_RATE.
 */
export const paceAt = (text: string): ((event: TapeRecord) => Promise<void>) | undefined => {
  if (text === 'max') return undefined
  const rate = Number(text)
  if (text.trim() === '' || !Number.isFinite(rate) || rate <= 0) {
    throw new OutriderError({
      code: 'REPLAY_RATE',
      expected: '--rate with a number above 0, or max',
      found: JSON.stringify(text),
    })
  }
  let first: { readonly logTimeNs: bigint; readonly atMs: number } | undefined
  return async ({ logTimeNs }) => {
    first ??= { logTimeNs, atMs: performance.now() }
    const dueMs = first.atMs + Number(logTimeNs - first.logTimeNs) / 1e6 / rate
    const waitMs = dueMs - performance.now()
    if (waitMs >= 1) await sleep(waitMs)
  }
}

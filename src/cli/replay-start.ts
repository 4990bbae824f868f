import { readTape, readTapeHead } from '#log'
import type { TapeRecord } from '#messages'
import { lastSnapshot } from '#replay'
import { parseDurationMs } from './duration.ts'

/** ns since the Unix epoch: 2001 or later, which no duration without a unit is taken for. */
const STAMP = /^\d{19,20}$/

/**
 * The snapshot that `--from` means: the last one at or before a stamp, or before so long after the first event;
 * undefined when there is none. Throws OutriderError DURATION_INVALID and what reading the tape throws.
 */
export const startingSnapshot = async (tape: string, from: string): Promise<TapeRecord | undefined> => {
  const stampNs = STAMP.test(from)
    ? BigInt(from)
    : (await readTapeHead(tape)).record.logTimeNs + BigInt(Math.round(parseDurationMs(from) * 1e6))
  return lastSnapshot(readTape(tape), stampNs)
}

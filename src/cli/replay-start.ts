import { type ChunkPlace, readTape, readTapeHead, readTapeIndex } from '#log'
import { decode, SnapshotSchema, type TapeRecord } from '#messages'
import { IMAGES_KEPT_NS, namedImages, stateFromSnapshot } from '#pipeline'
import { lastSnapshot } from '#replay'
import { parseDurationMs } from './duration.ts'

/** ns since the Unix epoch: 2001 or later, which no duration without a unit is taken for. */
const STAMP = /^\d{19,20}$/

/** Where a replay starts. */
export interface ReplayStart {
  /** Undefined: at the beginning, there was none early enough. */
  readonly snapshot: TapeRecord | undefined
  /** From early enough for the images that requests after the snapshot name. */
  readonly records: AsyncIterable<TapeRecord>
}

/**
 * What `--from` means: the last snapshot at or before a stamp, or before so long after the first event. By the tape's index
 * the chunks before it are not read. Throws OutriderError DURATION_INVALID, SNAPSHOT_UNREADABLE and what reading the tape
 * throws.
 */
export const replayStart = async (tape: string, from: string): Promise<ReplayStart> => {
  const atNs = STAMP.test(from)
    ? BigInt(from)
    : (await readTapeHead(tape)).record.logTimeNs + BigInt(Math.round(parseDurationMs(from) * 1e6))
  const index = await readTapeIndex(tape)
  const snapshot = index ? await snapshotByIndex(tape, index, atNs) : await lastSnapshot(readTape(tape), atNs)
  const place = snapshot && index && placeOfImages(snapshot, index)
  return { snapshot, records: readTape(tape, place ? { from: place } : {}) }
}

const snapshotByIndex = async (
  tape: string,
  index: readonly ChunkPlace[],
  atNs: bigint,
): Promise<TapeRecord | undefined> => {
  const chunks = index.filter(({ topics, startNs }) => topics.has('/pipeline/snapshot') && startNs <= atNs)
  for (const from of chunks.reverse()) {
    const found = await lastSnapshot(readTape(tape, { from }), atNs)
    if (found) return found
  }
  return undefined
}

/** The last chunk before which there is no image that anybody asks for. */
const placeOfImages = (snapshot: TapeRecord, index: readonly ChunkPlace[]): ChunkPlace | undefined => {
  const named = [...namedImages(stateFromSnapshot(decode(SnapshotSchema, snapshot.payload)))]
  // Math.min takes no bigints.
  const [earliestNs] = [...named, snapshot.logTimeNs - IMAGES_KEPT_NS].sort((a, b) => (a < b ? -1 : 1))
  return index.findLast(({ startNs }) => startNs <= earliestNs!)
}

import { OutriderError } from '#errors'
import { decode, EgoStateSchema, findTopic, type TapeRecord } from '#messages'
import type { EgoSample } from './ego-loop.ts'

/** What must be known of a tape before its first message is played. */
export interface TapeSurvey {
  /** Capture stamp of the first sensor message; ns since the Unix epoch. */
  readonly firstStampNs: bigint
  /** When it was admitted; ns since the Unix epoch. */
  readonly firstLogNs: bigint
  /** From the first capture stamp to the last; ns. */
  readonly spanNs: bigint
  /** How much later than by its stamp everything is sent, so that nothing is sent before its own stamp; ns. */
  readonly headStartNs: bigint
  /** In order of their stamps. */
  readonly ego: readonly EgoSample[]
}

/** A stamp further ahead than that is a wrong clock, and nobody waits for it: frames would be stale by now; ns. */
const MOST_HEAD_START_NS = 250_000_000n

export const isSensorRecord = ({ topic }: TapeRecord): boolean => findTopic(topic)?.sensor === true

/** Throws OutriderError TAPE_WITHOUT_SENSORS. */
export const surveyTape = async (records: AsyncIterable<TapeRecord>): Promise<TapeSurvey> => {
  let first: TapeRecord | undefined
  let spanNs = 0n
  let headStartNs = 0n
  const ego: EgoSample[] = []
  for await (const record of records) {
    if (!isSensorRecord(record)) continue
    first ??= record
    const offsetNs = record.publishTimeNs - first.publishTimeNs
    if (offsetNs > spanNs) spanNs = offsetNs
    const aheadNs = offsetNs - (record.logTimeNs - first.logTimeNs)
    if (aheadNs > headStartNs) headStartNs = aheadNs
    if (record.topic === '/sensors/ego') ego.push({ offsetNs, state: decode(EgoStateSchema, record.payload) })
  }
  if (!first) {
    throw new OutriderError({
      code: 'TAPE_WITHOUT_SENSORS',
      expected: 'a tape with camera, ego or route messages under /sensors/',
      found: 'none',
      next: 'give a tape that Outrider recorded or imported',
    })
  }
  return {
    firstStampNs: first.publishTimeNs,
    firstLogNs: first.logTimeNs,
    spanNs,
    headStartNs: headStartNs < MOST_HEAD_START_NS ? headStartNs : MOST_HEAD_START_NS,
    ego: ego.sort((a, b) => Number(a.offsetNs - b.offsetNs)),
  }
}

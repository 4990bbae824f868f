import type { Rig } from '#calibration'
import type { TapeRecord } from '#messages'

/** A drive of somebody else's, as it will stand on a tape. One file an importer; replay/import/README.md says how to add one. */
export interface ForeignDrive {
  /** Its name in the data set. */
  readonly name: string
  readonly rig: Rig
  /** Where the rig's numbers come from, for the head of the rig file. */
  readonly rigComment: string
  /** What was put right on the way, for people. */
  readonly notes?: readonly string[]
  /** How many there will be. */
  readonly recordCount: number
  /** In order of time, each at its own stamp; images are read one at a time. */
  readonly records: AsyncIterable<TapeRecord>
}

/** One message as it stands on the tape. */
export interface TapeRecord {
  readonly topic: string
  /** Admission: ns since the Unix epoch, unique among events; an output has its event's. */
  readonly logTimeNs: bigint
  /** Data time: an event's capture, an output's cause; ns since the Unix epoch. */
  readonly publishTimeNs: bigint
  /** Counts per topic. */
  readonly sequence: number
  /** Protobuf, of the topic's schema. */
  readonly payload: Uint8Array
}

import type { Fault_Severity } from '#messages'

/** What a source saw that was no message: refused bytes, a gap, a lost sender. The shell stamps and counts it. */
export interface SensorFault {
  /** The folder that saw it, as in sensors/wire. */
  readonly source: string
  /** As in message-malformed; docs/vocabulary.md lists them. */
  readonly code: string
  readonly severity: Fault_Severity
  /** What was expected and what was found. */
  readonly message: string
  /** Empty when it concerns none. */
  readonly topic: string
  /** How many times it happened since it was last reported; at least 1. */
  readonly times: number
  /** SHA-256 of the refused bytes. */
  readonly refusedSha256?: Uint8Array
}

/** What comes out of a source, in order of arrival. */
export type Reception =
  | {
      readonly kind: 'message'
      readonly topic: string
      /** The bytes as published: protobuf of the topic's schema. Not to be mutated, now or later. */
      readonly payload: Uint8Array
      /** The message's own stamp; ns since the Unix epoch, sensor's clock. */
      readonly captureTimeNs: bigint
    }
  | { readonly kind: 'fault'; readonly fault: SensorFault }

/** Anything that sensor messages come from: sockets, a tape, a simulated world. */
export interface SensorSource {
  /** Begins to receive; once. `onReception` is called on the main loop and must not throw. */
  start(onReception: (reception: Reception) => void): Promise<void>
  close(): Promise<void>
}

/** Where outputs go besides the tape. */
export interface OutputSink {
  /** Never blocks: a reader that is too slow loses messages, the drive does not wait. */
  publish(topic: string, payload: Uint8Array): void
  close(): Promise<void>
}

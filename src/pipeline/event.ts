import type { ModelRequest, TapeRecord } from '#messages'

/** What step takes: a record of an `outside` topic, and the hash of its bytes, which the shell takes (step hashes no images). */
export interface Event extends TapeRecord {
  /** SHA-256 of the payload, 32 bytes. */
  readonly payloadSha256: Uint8Array
}

/** What step gives to the tape. Log time and file place are its event's. */
export interface Output {
  readonly topic: string
  /** Data time of the cause; ns since the Unix epoch. */
  readonly publishTimeNs: bigint
  readonly sequence: number
  readonly payload: Uint8Array
}

/** What step asks of the shell. The answer, if any, comes back as events. */
export type Request =
  | { readonly kind: 'ask'; readonly request: ModelRequest }
  | { readonly kind: 'cut'; readonly requestId: bigint }

/** Write-only: lets the shell time the stages of a step. Nothing comes back. */
export type Mark = (stage: string) => void

/** Why a payload was refused: a code of docs/vocabulary.md, and what was expected and found. */
export interface PayloadFault {
  readonly code: 'message-malformed' | 'image-mismatch'
  readonly message: string
}

/** The message's own stamp (ns since the Unix epoch, sensor's clock), or why it is none. */
export type Validation = { readonly captureTimeNs: bigint } | { readonly fault: PayloadFault }

/** One kind of device on one topic: says whether the bytes of a message can be believed. */
export interface Sensor {
  readonly topic: string
  /** Added to its stamps before their age is taken; ms. */
  readonly timeOffsetMs: number
  /** Whether an old message is worth nothing once a newer one waits: a picture, not a state. */
  readonly newestOnly: boolean
  /** Reads nothing but the payload; never throws, whatever the bytes. */
  validate(payload: Uint8Array): Validation
}

export const malformed = (message: string): { readonly fault: PayloadFault } => ({
  fault: { code: 'message-malformed', message },
})

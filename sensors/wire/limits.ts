/** What a source takes in before it refuses. */
export interface WireLimits {
  /** Largest message, all parts together; bytes. */
  readonly maxBytes: number
  /** Most messages that wait for us in ZeroMQ, for each connection. */
  readonly queuedMessages: number
}

export const WIRE_LIMITS: WireLimits = {
  // A raw 4K frame is 3840 x 2160 x 3 = 24.9 MB; nothing that a camera sends is larger.
  maxBytes: 32 * 1024 * 1024,
  // Two seconds of six cameras at 12 Hz and ego state at 50 Hz on one connection: after a longer stall all is stale.
  queuedMessages: 256,
}

/** A topic is a path of the table; the longest there is under 50 bytes. */
export const MAX_TOPIC_BYTES = 255

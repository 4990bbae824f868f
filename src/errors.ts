/** What went wrong with a file, a configuration or a command; never a bad moment on the road (that is a Fault). */
export interface Trouble {
  /** Stable, in capitals, as in BUNDLE_MISSING_FILE. */
  readonly code: string
  readonly expected: string
  readonly found: string
  /** What to do about it. */
  readonly next?: string
  readonly cause?: unknown
}

/** A coded error that says what was expected and what was found. */
export class OutriderError extends Error {
  readonly code: string
  readonly expected: string
  readonly found: string
  readonly next: string | undefined

  constructor({ code, expected, found, next, cause }: Trouble) {
    super(`${code}: expected ${expected}; found ${found}${next ? `. Next step: ${next}` : ''}`, { cause })
    this.name = 'OutriderError'
    this.code = code
    this.expected = expected
    this.found = found
    this.next = next
  }
}

import type { TokenMask } from '../decode/sampling.ts'

/** What may come next in an answer; moves on as tokens are accepted. */
export interface Constraint {
  /** The answer is whole and nothing can follow. */
  readonly finished: boolean
  /** The text that must come next whatever is chosen; '' where there is a choice or the answer may end. */
  forcedText(): string
  /** End-of-sequence tokens are in it where the answer may end. The same array may be given again. */
  mask(): Promise<TokenMask>
  /** Throws when the token may not come next. */
  accept(tokenId: number): void
  close(): void
}

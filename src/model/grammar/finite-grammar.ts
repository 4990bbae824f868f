import type { TokenMask } from '../decode/sampling.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import { type ByteState, byteAutomaton } from './byte-automaton.ts'
import type { Constraint } from './constraint.ts'
import type { Pattern } from './pattern.ts'
import type { TokenTrie } from './token-trie.ts'

/**
 * Compiles a pattern once; each call of the result starts an answer. Masks are kept for the states that were met, so
 * that later answers find them.
 */
export const finiteGrammar = (
  pattern: Pattern,
  trie: TokenTrie,
  tokenizer: Tokenizer,
  eosTokenIds: readonly number[],
): (() => Constraint) => {
  const start = byteAutomaton(pattern)
  const masks = new Map<ByteState, TokenMask>()
  const maskOf = (state: ByteState): TokenMask => {
    let mask = masks.get(state)
    if (!mask) {
      mask = trie.allowedFrom(state)
      if (state.accepts) for (const id of eosTokenIds) mask[id >> 5]! |= 1 << (id & 31)
      masks.set(state, mask)
    }
    return mask
  }
  return () => {
    let state = start
    return {
      get finished() {
        return state.nextBytes.length === 0
      },
      forcedText: () => forcedText(state),
      mask: async () => maskOf(state),
      accept: (tokenId) => {
        for (const byte of tokenizer.bytes(tokenId)) {
          const next = state.next(byte)
          if (!next) throw new Error(`token ${tokenId} is not allowed here`)
          state = next
        }
      },
      close: () => undefined,
    }
  }
}

const forcedText = (from: ByteState): string => {
  const forced: number[] = []
  let state = from
  while (!state.accepts && state.nextBytes.length === 1) {
    forced.push(state.nextBytes[0]!)
    state = state.next(state.nextBytes[0]!)!
  }
  // Two letters may share their first byte: what is left of one is not text yet.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(forced), { stream: true })
}

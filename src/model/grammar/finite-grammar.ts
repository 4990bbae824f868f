import type { TokenMask } from '../decode/sampling.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import { type ByteAutomaton, byteAutomaton, DEAD, START } from './byte-automaton.ts'
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
  const automaton = byteAutomaton(pattern)
  const masks = new Map<number, TokenMask>()
  const maskOf = (state: number): TokenMask => {
    let mask = masks.get(state)
    if (!mask) {
      mask = trie.allowedFrom(automaton, state)
      if (automaton.accepts(state)) for (const id of eosTokenIds) mask[id >> 5]! |= 1 << (id & 31)
      masks.set(state, mask)
    }
    return mask
  }
  return () => {
    let state = START
    return {
      get finished() {
        return automaton.nextBytes(state).length === 0
      },
      forcedText: () => forcedText(automaton, state),
      mask: async () => maskOf(state),
      accept: (tokenId) => {
        for (const byte of tokenizer.bytes(tokenId)) {
          state = automaton.row(state)[byte]!
          if (state === DEAD) throw new Error(`token ${tokenId} is not allowed here`)
        }
      },
      close: () => undefined,
    }
  }
}

const forcedText = (automaton: ByteAutomaton, from: number): string => {
  const forced: number[] = []
  let state = from
  for (;;) {
    const [byte, ...others] = automaton.nextBytes(state)
    if (byte === undefined || others.length > 0 || automaton.accepts(state)) break
    forced.push(byte)
    state = automaton.row(state)[byte]!
  }
  // Two letters may share their first byte: what is left of one is not text yet.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(forced), { stream: true })
}

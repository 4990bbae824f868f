import type { TokenMask } from '../decode/sampling.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import type { ByteState } from './byte-automaton.ts'

/** The vocabulary by its bytes: which tokens a state of an automaton lets through. */
export interface TokenTrie {
  /** A mask of `vocabSize` bits for the tokens that go on from the state; a new array. */
  allowedFrom(state: ByteState): TokenMask
}

/** Nodes in arrays: child lists as first child and next sibling, tokens as a list of those with the same bytes. */
export const tokenTrie = (tokenizer: Tokenizer, vocabSize: number): TokenTrie => {
  const sorted: number[] = []
  const tokens = Math.min(tokenizer.size, vocabSize)
  for (let id = 0; id < tokens; id++) if (tokenizer.bytes(id).length > 0 && !tokenizer.isAdded(id)) sorted.push(id)
  sorted.sort((a, b) => compare(tokenizer.bytes(a), tokenizer.bytes(b)))
  // Depth first: node i's subtree is i + 1 … skip[i] - 1, and its tokens end where those of the next node begin.
  const byteOf: number[] = []
  const depthOf: number[] = []
  const firstToken: number[] = []
  let previous: Uint8Array = new Uint8Array(0)
  for (const [index, id] of sorted.entries()) {
    const bytes = tokenizer.bytes(id)
    let common = 0
    while (common < previous.length && previous[common] === bytes[common]) common++
    for (let depth = common; depth < bytes.length; depth++) {
      byteOf.push(bytes[depth]!)
      depthOf.push(depth)
      // Tokens of a node come after all nodes on its path are open: only the last of them has this token.
      firstToken.push(depth === bytes.length - 1 ? index : -1)
    }
    previous = bytes
  }
  const skip = skips(depthOf)
  const bytes = Uint8Array.from(byteOf)
  const depths = Uint16Array.from(depthOf)
  const first = Int32Array.from(firstToken)
  return {
    allowedFrom: (state) => {
      const mask = new Int32Array(Math.ceil(vocabSize / 32))
      const path: (ByteState | undefined)[] = [state]
      for (let node = 0; node < bytes.length; ) {
        const depth = depths[node]!
        const next = path[depth]!.next(bytes[node]!)
        if (!next) {
          node = skip[node]!
          continue
        }
        path[depth + 1] = next
        if (first[node]! >= 0) allowSame(sorted, first[node]!, tokenizer, mask)
        node++
      }
      return mask
    },
  }
}

/** Tokens with the same bytes stand beside each other. */
const allowSame = (sorted: readonly number[], start: number, tokenizer: Tokenizer, mask: TokenMask): void => {
  const bytes = tokenizer.bytes(sorted[start]!)
  for (let i = start; i < sorted.length && (i === start || compare(tokenizer.bytes(sorted[i]!), bytes) === 0); i++) {
    mask[sorted[i]! >> 5]! |= 1 << (sorted[i]! & 31)
  }
}

const compare = (a: Uint8Array, b: Uint8Array): number => Buffer.compare(a, b)

/** For each node of a depth-first list, the first node after its subtree. */
const skips = (depths: readonly number[]): Int32Array => {
  const skip = new Int32Array(depths.length)
  const open: number[] = []
  for (const [node, depth] of depths.entries()) {
    while (open.length > depth) skip[open.pop()!] = node
    open.push(node)
  }
  for (const node of open) skip[node] = depths.length
  return skip
}

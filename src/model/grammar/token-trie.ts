import type { TokenMask } from '../decode/sampling.ts'
import type { Tokenizer } from '../prompt/tokenizer.ts'
import { type ByteAutomaton, DEAD } from './byte-automaton.ts'

/** The vocabulary by its bytes: which tokens a state of an automaton lets through. */
export interface TokenTrie {
  /** A mask of `vocabSize` bits for the tokens that go on from the state; a new array. */
  allowedFrom(automaton: ByteAutomaton, state: number): TokenMask
}

/** The tree in depth-first order: the subtree of node i is i + 1 … skip[i] - 1. */
interface Tree {
  readonly bytes: Uint8Array
  readonly depths: Uint16Array
  readonly skip: Int32Array
  /** Tokens that end at node i: `tokens[firstToken[i]]` … `tokens[firstToken[i + 1] - 1]`. */
  readonly firstToken: Int32Array
  readonly tokens: Int32Array
}

export const tokenTrie = (tokenizer: Tokenizer, vocabSize: number): TokenTrie => {
  const { bytes, depths, skip, firstToken, tokens } = growTree(tokenizer, vocabSize)
  return {
    allowedFrom: (automaton, state) => {
      const mask = new Int32Array(Math.ceil(vocabSize / 32))
      const path: Int32Array[] = [automaton.row(state)]
      let node = 0
      while (node < bytes.length) {
        const depth = depths[node]!
        const next = path[depth]![bytes[node]!]!
        if (next === DEAD) {
          node = skip[node]!
          continue
        }
        // A leaf needs no row.
        if (skip[node]! > node + 1) path[depth + 1] = automaton.row(next)
        for (let i = firstToken[node]!; i < firstToken[node + 1]!; i++) mask[tokens[i]! >> 5]! |= 1 << (tokens[i]! & 31)
        node++
      }
      return mask
    },
  }
}

const growTree = (tokenizer: Tokenizer, vocabSize: number): Tree => {
  const sorted: number[] = []
  const size = Math.min(tokenizer.size, vocabSize)
  for (let id = 0; id < size; id++) if (tokenizer.bytes(id).length > 0 && !tokenizer.isAdded(id)) sorted.push(id)
  sorted.sort((a, b) => Buffer.compare(tokenizer.bytes(a), tokenizer.bytes(b)))
  const bytes: number[] = []
  const depths: number[] = []
  const firstToken: number[] = []
  let previous: Uint8Array = new Uint8Array(0)
  for (const [index, id] of sorted.entries()) {
    const own = tokenizer.bytes(id)
    let common = 0
    while (common < previous.length && previous[common] === own[common]) common++
    // A token that starts with the one before it comes after it; equal ones share their node.
    for (let depth = common; depth < own.length; depth++) {
      bytes.push(own[depth]!)
      depths.push(depth)
      firstToken.push(index)
    }
    previous = own
  }
  firstToken.push(sorted.length)
  return {
    bytes: Uint8Array.from(bytes),
    depths: Uint16Array.from(depths),
    skip: skips(depths),
    firstToken: Int32Array.from(firstToken),
    tokens: Int32Array.from(sorted),
  }
}

/** For each node of a depth-first list, the first node after its subtree. */
const skips = (depths: readonly number[]): Int32Array => {
  const skip = new Int32Array(depths.length).fill(depths.length)
  const open: number[] = []
  for (const [node, depth] of depths.entries()) {
    while (open.length > depth) skip[open.pop()!] = node
    open.push(node)
  }
  return skip
}

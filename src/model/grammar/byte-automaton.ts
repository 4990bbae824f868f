import type { Pattern } from './pattern.ts'

/** A state of a deterministic automaton over bytes; states are made as they are met, and met states are the same object. */
export interface ByteState {
  /** The bytes so far are a whole string of the set. */
  readonly accepts: boolean
  /** Ascending; empty when nothing can follow. */
  readonly nextBytes: readonly number[]
  /** Undefined when no string of the set goes on so. */
  next(byte: number): ByteState | undefined
}

/** Nodes of the nondeterministic automaton: an edge over bytes, or free edges. */
type Node =
  | { readonly low: number; readonly high: number; readonly to: number }
  | { readonly free: readonly number[] }
  | { readonly end: true }

/** Start of the automaton (Thompson's construction, then subsets on demand) that accepts the pattern. */
export const byteAutomaton = (pattern: Pattern): ByteState => {
  const nodes: Node[] = [{ end: true }]
  const add = (node: Node): number => nodes.push(node) - 1
  const build = (part: Pattern, to: number): number => {
    switch (part.kind) {
      case 'byte':
        return add({ low: part.low, high: part.high, to })
      case 'sequence':
        return part.items.reduceRight((after, item) => build(item, after), to)
      case 'any':
        return add({ free: part.choices.map((choice) => build(choice, to)) })
      case 'repeat': {
        // Copies from the last to the first; those beyond the least number may be left out, and all after them too.
        let start = to
        for (let copy = part.most; copy > 0; copy--) {
          const once = build(part.item, start)
          start = copy > part.least ? add({ free: [once, to] }) : once
        }
        return start
      }
    }
  }
  const start = build(pattern, 0)
  return subsets(nodes, start)
}

const subsets = (nodes: readonly Node[], start: number): ByteState => {
  const states = new Map<string, ByteState>()
  const stateOf = (seeds: readonly number[]): ByteState => {
    const members = closure(nodes, seeds)
    const key = members.join()
    let state = states.get(key)
    if (!state) {
      state = makeState(nodes, members, stateOf)
      states.set(key, state)
    }
    return state
  }
  return stateOf([start])
}

/** All nodes that free edges reach, without the nodes that only have free edges; ascending. */
const closure = (nodes: readonly Node[], seeds: readonly number[]): readonly number[] => {
  const seen = new Set<number>()
  const left = [...seeds]
  const members: number[] = []
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    if (seen.has(id)) continue
    seen.add(id)
    const node = nodes[id]!
    if ('free' in node) left.push(...node.free)
    else members.push(id)
  }
  return members.sort((a, b) => a - b)
}

const makeState = (
  nodes: readonly Node[],
  members: readonly number[],
  stateOf: (seeds: readonly number[]) => ByteState,
): ByteState => {
  const seeds: (number[] | undefined)[] = []
  for (const id of members) {
    const node = nodes[id]!
    if (!('to' in node)) continue
    for (let byte = node.low; byte <= node.high; byte++) {
      const to = seeds[byte] ?? []
      seeds[byte] = to
      to.push(node.to)
    }
  }
  const known: (ByteState | undefined)[] = []
  return {
    accepts: members.some((id) => 'end' in nodes[id]!),
    nextBytes: Object.keys(seeds).map(Number),
    next: (byte) => {
      const to = seeds[byte]
      if (!to) return undefined
      known[byte] ??= stateOf(to)
      return known[byte]
    },
  }
}

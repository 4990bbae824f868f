import type { Pattern } from './pattern.ts'

/** No string of the set goes on with this byte. */
export const DEAD = -1

/** The start. */
export const START = 0

/** A deterministic automaton over bytes. States are numbers, and are made as they are met. */
export interface ByteAutomaton {
  /** For each byte the state after it, or DEAD. The same array for the same state. */
  row(state: number): Int32Array
  /** The bytes so far are a whole string of the set. */
  accepts(state: number): boolean
  /** Ascending; empty when nothing can follow. */
  nextBytes(state: number): readonly number[]
}

/** Nodes of the nondeterministic automaton: an edge over bytes, free edges, or the end. */
type Node =
  | { readonly low: number; readonly high: number; readonly to: number }
  | { readonly free: readonly number[] }
  | { readonly end: true }

/** Thompson's construction, then subsets on demand. */
export const byteAutomaton = (pattern: Pattern): ByteAutomaton => {
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
  return subsets(nodes, build(pattern, 0))
}

const subsets = (nodes: readonly Node[], start: number): ByteAutomaton => {
  const members: (readonly number[])[] = []
  const byMembers = new Map<string, number>()
  const stateOf = (seeds: readonly number[]): number => {
    const set = closure(nodes, seeds)
    const key = set.join()
    let state = byMembers.get(key)
    if (state === undefined) {
      state = members.push(set) - 1
      byMembers.set(key, state)
    }
    return state
  }
  stateOf([start])
  const rows: (Int32Array | undefined)[] = []
  const row = (state: number): Int32Array => {
    const known = rows[state]
    if (known) return known
    const made = makeRow(nodes, members[state]!, stateOf)
    rows[state] = made
    return made
  }
  return {
    row,
    accepts: (state) => members[state]!.some((id) => 'end' in nodes[id]!),
    nextBytes: (state) => [...row(state).keys()].filter((byte) => row(state)[byte] !== DEAD),
  }
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

const makeRow = (
  nodes: readonly Node[],
  members: readonly number[],
  stateOf: (seeds: readonly number[]) => number,
): Int32Array => {
  const seeds: number[][] = Array.from({ length: 256 }, () => [])
  for (const id of members) {
    const node = nodes[id]!
    if (!('to' in node)) continue
    for (let byte = node.low; byte <= node.high; byte++) seeds[byte]!.push(node.to)
  }
  const row = new Int32Array(256).fill(DEAD)
  // Most bytes of a letter lead to the same place as their neighbour.
  for (let byte = 0; byte < 256; byte++) {
    const to = seeds[byte]!
    if (to.length === 0) continue
    const before = seeds[byte - 1]
    const same = before?.length === to.length && before.every((id, i) => id === to[i])
    row[byte] = same ? row[byte - 1]! : stateOf(to)
  }
  return row
}

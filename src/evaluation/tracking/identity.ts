import type { TrackedFrame } from './tracked-frame.ts'

export interface Identity {
  /** Agents that were followed in at least two frames. */
  readonly agents: number
  /** Times an agent was followed by another track than before. */
  readonly switches: number
  /** Times a track followed another agent than before. */
  readonly transfers: number
}

/** Whether an agent keeps its track, and a track its agent, from frame to frame. */
export const identity = (frames: readonly TrackedFrame[]): Identity => {
  const trackOf = new Map<string, number>()
  const agentOf = new Map<number, string>()
  const again = new Set<string>()
  let switches = 0
  let transfers = 0
  for (const { seen } of frames) {
    for (const { track, agentIds } of seen) {
      for (const id of agentIds) {
        const before = trackOf.get(id)
        if (before !== undefined) again.add(id)
        if (before !== undefined && before !== track.number) switches += 1
        const owner = agentOf.get(track.number)
        if (owner !== undefined && owner !== id) transfers += 1
        trackOf.set(id, track.number)
        agentOf.set(track.number, id)
      }
    }
  }
  return { agents: again.size, switches, transfers }
}

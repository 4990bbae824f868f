import type { TrackedFrame } from './tracked-frame.ts'

export interface Misses {
  /** Agents that were detected, summed over frames. */
  readonly detected: number
  /** Of them, how many no track followed. */
  readonly missed: number
  /** Agents that no detection showed (outside of every image). */
  readonly undetected: number
}

/** Whether what was detected is also followed. */
export const misses = (frames: readonly TrackedFrame[]): Misses => {
  let detected = 0
  let missed = 0
  let undetected = 0
  for (const { agents, seen } of frames) {
    for (const { id, detections } of agents) {
      if (detections === 0) {
        undetected += 1
        continue
      }
      detected += 1
      if (!seen.some(({ agentIds }) => agentIds.includes(id))) missed += 1
    }
  }
  return { detected, missed, undetected }
}

import type { TrackedFrame } from './tracked-frame.ts'

export interface Duplicates {
  /** Agents seen in more than one camera, summed over frames. */
  readonly inSeveralCameras: number
  /** Of them, how many were counted more than once. */
  readonly duplicates: number
  /** Tracks that took several agents for one, summed over frames. */
  readonly mixed: number
}

/** Whether each agent is counted once, however many cameras see it. */
export const duplicates = (frames: readonly TrackedFrame[]): Duplicates => {
  let inSeveralCameras = 0
  let counted = 0
  let mixed = 0
  for (const { agents, seen } of frames) {
    for (const { id, detections } of agents) {
      if (detections > 1) inSeveralCameras += 1
      if (seen.filter(({ agentIds }) => agentIds.includes(id)).length > 1) counted += 1
    }
    mixed += seen.filter(({ agentIds }) => agentIds.length > 1).length
  }
  return { inSeveralCameras, duplicates: counted, mixed }
}

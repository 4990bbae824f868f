import {
  IDENTITY_PLANAR_POSE,
  type PlanarPose,
  relativePlanar,
  type TrajectorySegment,
  trajectorySegments,
} from '#geometry'
import type { Plan } from '#messages'

/** A pose of a trajectory. */
export interface Node {
  /** After the trajectory's instant; s. Past poses are negative. */
  readonly timeS: number
  /** In the ego frame that goes with the trajectory. */
  readonly pose: PlanarPose
  /** Along the path, never negative; m/s. */
  readonly speedMps: number
  /** Index of the plan's step; absent at the plan's own origin. */
  readonly step?: number
}

/** Of a plan that gives a step no pose: no number at all, which the finite check refuses. */
const NO_POSE: PlanarPose = { xM: Number.NaN, yM: Number.NaN, headingRad: Number.NaN }

/** Segments with the plan's step that each ends at. */
export const segmentsOf = (
  nodes: readonly Node[],
): readonly (TrajectorySegment & { readonly step: number | undefined })[] =>
  trajectorySegments(nodes).map((segment, index) => ({ ...segment, step: nodes[index + 1]?.step }))

/** Speeds at the ends of segments from the mean speeds of the segments: between two, weighted by how near each one's middle is. */
const speedsAtNodes = (
  nodes: readonly Omit<Node, 'speedMps'>[],
  speedAtStartMps: number | undefined,
): readonly number[] => {
  const segments = trajectorySegments(nodes)
  return nodes.map((_, index) => {
    const before = segments[index - 1]
    const after = segments[index]
    if (before && after) {
      const total = before.durationS + after.durationS
      return Math.max(0, (before.speedMps * after.durationS + after.speedMps * before.durationS) / total)
    }
    if (after) {
      const next = segments[index + 1] ?? after
      return Math.max(0, speedAtStartMps ?? after.speedMps - (next.speedMps - after.speedMps) / 2)
    }
    const last = before?.speedMps ?? 0
    return Math.max(0, last + (last - (segments.at(-2)?.speedMps ?? last)) / 2)
  })
}

/** The plan with its origin as first node, in the ego frame and after its reference time. Takes any numbers, NaN too. */
export const nodesOfPlan = ({ steps }: Plan, egoSpeedMps: number | undefined): readonly Node[] => {
  const posed = [
    { timeS: 0, pose: IDENTITY_PLANAR_POSE },
    ...steps.map(({ timeS, poseInEgo }, step) => ({ timeS, pose: poseInEgo ?? NO_POSE, step })),
  ]
  const speeds = speedsAtNodes(posed, egoSpeedMps)
  return posed.map((node, index) => ({ ...node, speedMps: speeds[index]! }))
}

/** The nodes seen from where the ego is later: `egoThenFromNow` is its pose now in the frame they are given in. */
export const seenFrom = (nodes: readonly Node[], egoThenFromNow: PlanarPose): readonly Node[] =>
  nodes.map((node) => ({ ...node, pose: relativePlanar(egoThenFromNow, node.pose) }))

/** Times after an instant that is `laterS` later, without what lies before the segment that this instant is in. */
export const fromInstant = (nodes: readonly Node[], laterS: number): readonly Node[] => {
  const later = nodes.map((node) => ({ ...node, timeS: node.timeS - laterS }))
  return later.slice(
    Math.max(
      0,
      later.findLastIndex(({ timeS }) => timeS <= 0),
    ),
  )
}

/** Speed at the instant, between its neighbours; undefined outside the trajectory. */
export const speedNow = (nodes: readonly Node[]): number | undefined => {
  const to = nodes.findIndex(({ timeS }) => timeS > 0)
  const before = nodes[to - 1]
  const after = nodes[to]
  if (!before || !after) return undefined
  const fraction = -before.timeS / (after.timeS - before.timeS)
  return before.speedMps * (1 - fraction) + after.speedMps * fraction
}

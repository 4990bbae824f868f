import { composePlanar, type PlanarPose, planarFromTransform, poseAtTime } from '#geometry'
import { type Plan, Plan_PathAction, Plan_SpeedAction } from '#messages'
import { egoPoseAt, type StampedEgoPose } from '#scene'
import { nearestTo, type ResultSample } from './samples.ts'

/** As open-loop planning benchmarks on nuScenes ask for it (ST-P3, UniAD, VAD): 3 s at 2 Hz. */
const INTERVAL_S = 0.5
const STEPS = 6

type Triple = readonly [number, number, number]

export interface PlanResult {
  /** Of the plan's frame set. */
  readonly timestamp_us: number
  /** (x right, y forward) in m, at each step: the benchmarks' own axes, origin at the ego. */
  readonly planning: readonly (readonly [number, number])[]
  /** (x forward in m, y left in m, heading in rad) in the ego frame at the timestamp, at each step. */
  readonly trajectory: readonly Triple[]
  /** (x in m, y in m, heading in rad) in the map, at each step; null where the ego's pose is not known. */
  readonly trajectory_global: readonly Triple[] | null
  readonly speed_action: string
  readonly path_action: string
  readonly reason: string
}

export interface PlanFile {
  readonly meta: {
    readonly format: 'outrider.plans/1'
    readonly interval_s: number
    readonly steps: number
    readonly use_camera: boolean
    readonly use_external: boolean
  }
  /** Only samples with a plan that reaches far enough. */
  readonly results: Readonly<Record<string, PlanResult>>
}

/** The plan that is nearest to each sample; of two for one instant the later. docs/nuscenes-format.md. */
export const planResults = (
  plans: readonly Plan[],
  samples: readonly ResultSample[],
  egoPoses: readonly StampedEgoPose[],
): PlanFile => {
  const latest = new Map(plans.map((plan) => [plan.referenceTimeNs, plan]))
  const results = samples.flatMap(({ token, timeNs }) => {
    const plan = nearestTo([...latest.values()], ({ referenceTimeNs }) => referenceTimeNs, timeNs)
    const result = plan && planResult(plan, egoPoses)
    return result ? [[token, result] as const] : []
  })
  return {
    meta: { format: 'outrider.plans/1', interval_s: INTERVAL_S, steps: STEPS, use_camera: true, use_external: true },
    results: Object.fromEntries(results),
  }
}

const planResult = (plan: Plan, egoPoses: readonly StampedEgoPose[]): PlanResult | undefined => {
  const steps = [
    { timeS: 0, pose: { xM: 0, yM: 0, headingRad: 0 } },
    ...plan.steps.flatMap(({ timeS, poseInEgo }) => (poseInEgo ? [{ timeS, pose: poseInEgo }] : [])),
  ]
  const poses: PlanarPose[] = []
  for (let step = 1; step <= STEPS; step += 1) {
    const pose = poseAtTime(steps, step * INTERVAL_S)
    if (!pose) return undefined
    poses.push(pose)
  }
  const ego = egoPoseAt(egoPoses, plan.referenceTimeNs)
  const triple = ({ xM, yM, headingRad }: PlanarPose): Triple => [xM, yM, headingRad]
  return {
    timestamp_us: Number(plan.referenceTimeNs / 1000n),
    planning: poses.map(({ xM, yM }) => [-yM, xM]),
    trajectory: poses.map(triple),
    trajectory_global: ego ? poses.map((pose) => triple(composePlanar(planarFromTransform(ego), pose))) : null,
    speed_action: nameOf(Plan_SpeedAction, plan.speedAction),
    path_action: nameOf(Plan_PathAction, plan.pathAction),
    reason: plan.reason,
  }
}

/** As in turn_left. */
const nameOf = (names: Readonly<Record<string, number>>, value: number): string =>
  (Object.entries(names).find(([, number]) => number === value)?.[0] ?? 'unspecified').toLowerCase()

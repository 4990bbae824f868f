import { composePlanar, IDENTITY_PLANAR_POSE, interpolatePlanar, type PlanarPose, relativePlanar } from '#geometry'
import { secondsBetween, type Verdict } from '#messages'

/** Where the ego was at a step of the world. */
export interface EgoAtStep {
  /** ns since the Unix epoch. */
  readonly timeNs: bigint
  readonly pose: PlanarPose
}

/** How long a car waits where its verdict ends; far longer than a drive that judges is silent. */
const WAIT_NS = 60_000_000_000n

/**
 * A verdict of any instant as `Simulation.advance` takes it: of the last step before it, in the ego frame of then. Its end is
 * prolonged by standing there, since the world's own driver takes over past an end. `steps` are in order of time; undefined
 * when the verdict is older than they are.
 */
export const verdictAtStep = (verdict: Verdict, steps: readonly EgoAtStep[]): Verdict | undefined => {
  const index = steps.findLastIndex(({ timeNs }) => timeNs <= verdict.timeNs)
  const [at, next] = [steps[index], steps[index + 1]]
  if (!at) return undefined
  const fraction = next ? secondsBetween(at.timeNs, verdict.timeNs) / secondsBetween(at.timeNs, next.timeNs) : 0
  const stepFromVerdict = relativePlanar(at.pose, next ? interpolatePlanar(at.pose, next.pose, fraction) : at.pose)
  const posed = verdict.steps.map((step) => ({
    ...step,
    poseInEgo: step.poseInEgo && { ...step.poseInEgo, ...composePlanar(stepFromVerdict, step.poseInEgo) },
  }))
  const last = posed.at(-1) ?? { timeNs: verdict.timeNs, poseInEgo: { ...IDENTITY, ...stepFromVerdict }, ...STEP }
  return {
    ...verdict,
    timeNs: at.timeNs,
    steps: [...posed, { ...last, timeNs: last.timeNs + WAIT_NS, speedMps: 0 }],
  }
}

const IDENTITY = { $typeName: 'outrider.PlanarPose', ...IDENTITY_PLANAR_POSE } as const
const STEP = { $typeName: 'outrider.Verdict.Step', speedMps: 0 } as const

import type { PlanarPose } from '#geometry'
import type { Verdict, Verdict_Decision } from '#messages'
import type { Finding } from './check.ts'

/** A pose to drive through. */
export interface VerdictStep {
  /** Absolute, later than the verdict's; ns since the Unix epoch. */
  readonly timeNs: bigint
  /** In the ego frame at the verdict's time. */
  readonly poseInEgo: PlanarPose
  /** Along the path; m/s. */
  readonly speedMps: number
}

/** The verdict without what only the pipeline knows; the fields are those of outrider.Verdict. */
export type VerdictBody = Pick<Verdict, 'timeNs' | 'planRequestId' | 'followedPlanRequestId'> & {
  readonly decision: Verdict_Decision
  readonly steps: VerdictStep[]
  readonly planAgeS?: number
  readonly findings: Finding[]
  readonly changes: string[]
}

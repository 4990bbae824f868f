import { MAP_FRAME, type PlanarPose, planarFromTransform } from '#geometry'
import {
  decode,
  FrameTransformsSchema,
  nsFromTimestamp,
  type Plan,
  PlanSchema,
  type TapeRecord,
  Verdict_Decision,
  VerdictSchema,
} from '#messages'
import { comparePlans, type PlanPair } from './compare-plans.ts'

/** One drive with two models: what each planned, and what came of it. */
export interface AbReport {
  /** Pairs of plans further apart than this count as apart; m. */
  readonly toleranceM: number
  readonly plans: {
    readonly recorded: number
    readonly other: number
    /** About the same frame set. */
    readonly paired: number
  }
  /** Pairs apart by more than the tolerance. */
  readonly apart: number
  /** Pairs with another speed or path action. */
  readonly otherAction: number
  /** RMS distance of the poses, over all pairs; m. */
  readonly rmsM: number | undefined
  /** The same for each time after the reference; s, m. */
  readonly perStep: readonly { readonly timeS: number; readonly rmsM: number; readonly pairs: number }[]
  /** The pair that is furthest apart. */
  readonly furthest: PlanDifference | undefined
  /** The first pair that is apart or has another action. */
  readonly first: PlanDifference | undefined
  readonly verdicts: {
    readonly compared: number
    /** Ticks at which one drive followed its plan and the other stopped. */
    readonly otherDecision: number
    readonly recordedPlan: number
    readonly otherPlan: number
    /** Log time of the first; ns since the Unix epoch. */
    readonly firstOtherDecisionNs: bigint | undefined
  }
}

export interface PlanDifference {
  /** Of the frame set that both are about; ns since the Unix epoch. */
  readonly referenceTimeNs: bigint
  readonly rmsM: number
  readonly recordedRequestId: bigint
  readonly otherRequestId: bigint
}

/** What a picture of both drives is made from. */
export interface AbPaths {
  /** Where the ego drove, in map. */
  readonly driven: readonly PlanarPose[]
  /** Both plans of each pair, with the ego's pose that they start from. */
  readonly pairs: readonly { readonly mapFromEgo: PlanarPose; readonly pair: PlanPair; readonly apart: boolean }[]
}

/** Told both drives' messages in their order, each drive's in any rhythm. */
export interface AbComparison {
  recorded(record: TapeRecord): void
  other(record: TapeRecord): void
  /** Once, when both have ended. */
  finish(): { readonly report: AbReport; readonly paths: AbPaths }
}

/** What of one drive is looked at. */
interface Side {
  readonly plans: Map<bigint, Plan>
  readonly decisions: { readonly timeNs: bigint; readonly decision: Verdict_Decision }[]
}

export const createAbComparison = (toleranceM: number): AbComparison => {
  const recorded: Side = { plans: new Map(), decisions: [] }
  const other: Side = { plans: new Map(), decisions: [] }
  const driven: { readonly timeNs: bigint; readonly pose: PlanarPose }[] = []

  const take = (side: Side, { topic, payload, logTimeNs }: TapeRecord): void => {
    if (topic === '/tasks/plan') {
      const plan = decode(PlanSchema, payload)
      // The whole plan follows: it has the same poses.
      if (!plan.posesOnly) side.plans.set(plan.referenceTimeNs, plan)
    }
    if (topic === '/planners/verdict') {
      side.decisions.push({ timeNs: logTimeNs, decision: decode(VerdictSchema, payload).decision })
    }
  }

  /** The ego's pose nearest to the instant: ticks are 50 ms apart. */
  const egoAt = (timeNs: bigint): PlanarPose | undefined => {
    let nearest: (typeof driven)[number] | undefined
    for (const point of driven) {
      if (!nearest || distance(point.timeNs, timeNs) < distance(nearest.timeNs, timeNs)) nearest = point
    }
    return nearest?.pose
  }

  return {
    recorded(record) {
      take(recorded, record)
      if (record.topic !== '/fusion/transforms') return
      for (const { parentFrameId, timestamp, translation, rotation } of decode(FrameTransformsSchema, record.payload)
        .transforms) {
        if (parentFrameId !== MAP_FRAME || !translation || !rotation) continue
        const pose = planarFromTransform({ translation, rotation })
        driven.push({ timeNs: nsFromTimestamp(timestamp), pose })
      }
    },
    other: (record) => take(other, record),
    finish() {
      const pairs = [...recorded.plans].flatMap(([referenceTimeNs, plan]) => {
        const partner = other.plans.get(referenceTimeNs)
        return partner ? [comparePlans(plan, partner)] : []
      })
      const isApart = ({ rmsM }: PlanPair): boolean => rmsM > toleranceM
      const furthest = pairs.reduce<PlanPair | undefined>(
        (worst, pair) => (worst && worst.rmsM >= pair.rmsM ? worst : pair),
        undefined,
      )
      const first = pairs.find((pair) => isApart(pair) || pair.otherAction)
      const report: AbReport = {
        toleranceM,
        plans: { recorded: recorded.plans.size, other: other.plans.size, paired: pairs.length },
        apart: pairs.filter(isApart).length,
        otherAction: pairs.filter(({ otherAction }) => otherAction).length,
        rmsM: rmsOf(pairs.flatMap(({ steps }) => steps.map(({ apartM }) => apartM))),
        perStep: perStep(pairs),
        furthest: furthest && differenceOf(furthest),
        first: first && differenceOf(first),
        verdicts: compareVerdicts(recorded.decisions, other.decisions),
      }
      const placed = pairs.flatMap((pair) => {
        const mapFromEgo = egoAt(pair.recorded.referenceTimeNs)
        return mapFromEgo ? [{ mapFromEgo, pair, apart: isApart(pair) }] : []
      })
      return { report, paths: { driven: driven.map(({ pose }) => pose), pairs: placed } }
    },
  }
}

const distance = (a: bigint, b: bigint): bigint => (a < b ? b - a : a - b)

const rmsOf = (distances: readonly number[]): number | undefined =>
  distances.length === 0
    ? undefined
    : Math.sqrt(distances.reduce((sum, value) => sum + value * value, 0) / distances.length)

const differenceOf = ({ recorded, other, rmsM }: PlanPair): PlanDifference => ({
  referenceTimeNs: recorded.referenceTimeNs,
  rmsM,
  recordedRequestId: recorded.requestId,
  otherRequestId: other.requestId,
})

const perStep = (pairs: readonly PlanPair[]): AbReport['perStep'] => {
  const byTime = new Map<number, number[]>()
  for (const { timeS, apartM } of pairs.flatMap(({ steps }) => steps)) {
    byTime.set(timeS, [...(byTime.get(timeS) ?? []), apartM])
  }
  return [...byTime]
    .sort(([a], [b]) => a - b)
    .map(([timeS, distances]) => ({ timeS, rmsM: rmsOf(distances) ?? 0, pairs: distances.length }))
}

/** Tick by tick: both drives have the same ones. */
const compareVerdicts = (recorded: Side['decisions'], other: Side['decisions']): AbReport['verdicts'] => {
  const isPlan = ({ decision }: Side['decisions'][number]): boolean => decision === Verdict_Decision.PLAN
  const differing = recorded.filter((one, tick) => {
    const partner = other[tick]
    return partner !== undefined && isPlan(partner) !== isPlan(one)
  })
  return {
    compared: Math.min(recorded.length, other.length),
    otherDecision: differing.length,
    recordedPlan: recorded.filter(isPlan).length,
    otherPlan: other.filter(isPlan).length,
    firstOtherDecisionNs: differing[0]?.timeNs,
  }
}

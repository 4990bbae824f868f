import { straightOnAdeM } from '#dataset'
import { type DriverName, lapses, type Moment, STEP_S } from '#simulator'

/** Which instants of a drive count. */
export interface StepChoice {
  /** Between two that may be chosen, a multiple of 0.05; s. */
  readonly everyS: number
  /** Of any but an attentive one only instants after a lapse. */
  readonly driver: DriverName
  readonly hard: {
    /** Going straight on at the same speed is at least this wrong; mean over 3 s, m. */
    readonly constantVelocityAdeM: number
    /** And it is slow now for what has to be seen: what comes up later nobody can know. */
    readonly seen: boolean
    readonly perDrive: number
  }
  /** Nobody is in the way for 3 s, and the road bends or lets it pull away; absent: not asked for. */
  readonly free?:
    | {
        /** As above, m. */
        readonly constantVelocityAdeM: number
        /** Slower than this nobody would brake, with closed eyes neither; m/s. */
        readonly leastMps: number
        readonly perDrive: number
      }
    | undefined
  readonly easyPerDrive: number
}

export interface ChosenStep {
  /** An index of moments. */
  readonly step: number
  /** Something to be slow for, a free road, or neither. */
  readonly kind: 'hard' | 'free' | 'easy'
}

/** Neither route nor limit nor how it drove tell of these. */
const SEEN_REASONS: ReadonlySet<string> = new Set([
  'red-light',
  'lead-vehicle',
  'pedestrian',
  'cyclist',
  'stop-sign',
  'give-way',
])

/** What no other scene of a straight road teaches goes first. */
const RARE_REASONS: ReadonlySet<string> = new Set(['red-light', 'pedestrian', 'stop-sign', 'give-way', 'cyclist'])

/** A way is free that stays so this long; what a bend hides until then would not have been known. */
const FREE_STEPS = Math.round(3 / STEP_S)

/** As far as plans made within the drive reach; s. */
export const HORIZON_S = 4

/** Of `moments`, one a step, those that are chosen, in order; `moments` reach HORIZON_S beyond the last one. */
export const chooseSteps = (
  moments: readonly Moment[],
  { everyS, driver, hard, free, easyPerDrive }: StepChoice,
): readonly ChosenStep[] => {
  const every = Math.round(everyS / STEP_S)
  const last = moments.length - 1 - Math.round(HORIZON_S / STEP_S)
  const candidates = Array.from({ length: Math.max(Math.ceil(last / every), 0) }, (_, index) => index * every).filter(
    (step) => !lapses(driver) || moments[step]!.looksUp,
  )
  const isSlowForSeen = ({ egoPlan }: Moment): boolean => egoPlan.reasons.some(({ kind }) => SEEN_REASONS.has(kind))
  const kindOf = (step: number): ChosenStep['kind'] => {
    const now = moments[step]!
    const offM = straightOnAdeM(moments, step)
    const isFree =
      free !== undefined &&
      now.ego.speedMps >= free.leastMps &&
      offM >= free.constantVelocityAdeM &&
      !moments.slice(step, step + FREE_STEPS).some(isSlowForSeen)
    if (isFree) return 'free'
    return offM >= hard.constantVelocityAdeM && (!hard.seen || isSlowForSeen(now)) ? 'hard' : 'easy'
  }
  const isRare = ({ step }: ChosenStep): boolean => {
    const { reasons, turn } = moments[step]!.egoPlan
    return (turn !== undefined && turn.distanceM < 15) || reasons.some(({ kind }) => RARE_REASONS.has(kind))
  }
  const told = candidates.map((step): ChosenStep => ({ step, kind: kindOf(step) }))
  const ofKind = (wanted: ChosenStep['kind']): readonly ChosenStep[] => told.filter(({ kind }) => kind === wanted)
  const hardOnes = ofKind('hard')
  const rare = spread(hardOnes.filter(isRare), Math.ceil((hard.perDrive * 2) / 3))
  const others = spread(
    hardOnes.filter((each) => !rare.includes(each)),
    hard.perDrive - rare.length,
  )
  const freeOnes = spread(ofKind('free'), free?.perDrive ?? 0)
  const easy = spread(ofKind('easy'), easyPerDrive)
  return [...rare, ...others, ...freeOnes, ...easy].toSorted((a, b) => a.step - b.step)
}

/** As many as asked for, at even distances in the list. */
const spread = <Item>(items: readonly Item[], count: number): readonly Item[] =>
  items.length <= count
    ? items
    : Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]!)

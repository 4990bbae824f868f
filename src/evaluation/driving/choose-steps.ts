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
  readonly easyPerDrive: number
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

/** Of `moments`, one a step, the indices of those that are chosen, in order; `moments` reach 4 s beyond the last one. */
export const chooseSteps = (
  moments: readonly Moment[],
  { everyS, driver, hard, easyPerDrive }: StepChoice,
): readonly number[] => {
  const every = Math.round(everyS / STEP_S)
  const last = moments.length - 1 - Math.round(4 / STEP_S)
  const candidates = Array.from({ length: Math.max(Math.ceil(last / every), 0) }, (_, index) => index * every).filter(
    (step) => !lapses(driver) || moments[step]!.looksUp,
  )
  const isSeen = (step: number): boolean => moments[step]!.egoPlan.reasons.some(({ kind }) => SEEN_REASONS.has(kind))
  const isHard = (step: number): boolean =>
    straightOnAdeM(moments, step) >= hard.constantVelocityAdeM && (!hard.seen || isSeen(step))
  const isRare = (step: number): boolean => {
    const { reasons, turn } = moments[step]!.egoPlan
    return (turn !== undefined && turn.distanceM < 15) || reasons.some(({ kind }) => RARE_REASONS.has(kind))
  }
  const hardOnes = candidates.filter(isHard)
  const rare = spread(hardOnes.filter(isRare), Math.ceil((hard.perDrive * 2) / 3))
  const others = spread(
    hardOnes.filter((step) => !rare.includes(step)),
    hard.perDrive - rare.length,
  )
  const easy = spread(
    candidates.filter((step) => !isHard(step)),
    easyPerDrive,
  )
  return [...rare, ...others, ...easy].toSorted((a, b) => a - b)
}

/** As many as asked for, at even distances in the list. */
const spread = <Item>(items: readonly Item[], count: number): readonly Item[] =>
  items.length <= count
    ? items
    : Array.from({ length: count }, (_, index) => items[Math.floor(((index + 0.5) * items.length) / count)]!)

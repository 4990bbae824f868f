import type { EgoSample } from './ego-loop.ts'

/** A state to be made up between two of the tape's. */
export interface EgoFill {
  /** Capture stamp after the beginning of the turn; ns. Past the period it falls into the turn that follows. */
  readonly offsetNs: bigint
  readonly from: EgoSample
  readonly to: EgoSample
  /** Whether `to` is of the turn that follows. */
  readonly toNextTurn: boolean
  readonly fraction: number
}

/** What a car sends: /sensors/ego is expected at 20 Hz; ns. */
const EGO_PERIOD_NS = 50_000_000

/** Where a looped tape's ego state is sparser than 20 Hz: evenly spaced between its neighbours, the seam included. */
export const egoFills = (samples: readonly EgoSample[], periodNs: bigint): readonly EgoFill[] =>
  samples.flatMap((from, index) => {
    const next = samples[index + 1]
    const to = next ?? (samples[0] as EgoSample)
    const gapNs = Number(to.offsetNs - from.offsetNs + (next ? 0n : periodNs))
    const parts = Math.round(gapNs / EGO_PERIOD_NS)
    return Array.from({ length: Math.max(0, parts - 1) }, (_, filled) => {
      const fraction = (filled + 1) / parts
      const offsetNs = from.offsetNs + BigInt(Math.round(gapNs * fraction))
      return { offsetNs, from, to, toNextTurn: !next, fraction }
    })
  })

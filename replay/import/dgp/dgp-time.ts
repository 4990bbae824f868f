import { OutriderError } from '#errors'

/** A power of ten this near is what went wrong with the stamps: their unit. */
const UNIT_TOLERANCE = 0.05

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}

/** No drive was recorded after this; ns since the Unix epoch: 2100-01-01. */
const LATEST_NS = 4_102_444_800_000_000_000n

export interface TrueTime {
  /** Stamp of the files -> true one; ns since the Unix epoch. */
  readonly trueNs: (stampNs: bigint) => bigint
  /** What was done, for people; absent when stamps are kept. */
  readonly note?: string
}

const divided = (by: bigint): TrueTime => ({
  trueNs: (stampNs) => stampNs / by,
  note: `the stamps of the files are divided by ${by}`,
})

/**
 * Stamps of the files, made true. Given the true time between two frames: where the files are wrong by a power of ten
 * the stamp itself is, and is divided whole; else time is stretched about the first frame. Without it, stamps of another
 * century are divided by ten until they are of this one, others are kept. `frames`: stamps of the samples, in order.
 * Throws OutriderError IMPORT_STAMPS.
 */
export const trueTime = (frames: readonly bigint[], frameIntervalS: number | undefined): TrueTime => {
  const firstNs = frames[0] ?? 0n
  if (frameIntervalS === undefined) {
    let by = 1n
    while (firstNs / by > LATEST_NS) by *= 10n
    return by === 1n ? { trueNs: (stampNs) => stampNs } : divided(by)
  }
  const foundS = median(frames.slice(1).map((stampNs, index) => Number(stampNs - frames[index]!) / 1e9))
  if (!(foundS > 0)) {
    throw new OutriderError({
      code: 'IMPORT_STAMPS',
      expected: 'at least two frames with rising stamps, to correct their interval',
      found: `${frames.length} frames, ${foundS} s apart`,
      next: 'leave --frame-interval out',
    })
  }
  const factor = frameIntervalS / foundS
  const power = Math.round(Math.log10(factor))
  if (power < 0 && Math.abs(factor / 10 ** power - 1) < UNIT_TOLERANCE) return divided(10n ** BigInt(-power))
  return {
    trueNs: (stampNs) => firstNs + BigInt(Math.round(Number(stampNs - firstNs) * factor)),
    note: `time between the stamps of the files is multiplied by ${factor.toPrecision(4)}`,
  }
}

/** When the ego was at a place, by the two of its stamped places around or nearest to it; undefined where it stood still. */
export const timeAtPlace = (
  path: readonly { readonly timeNs: bigint; readonly xM: number; readonly yM: number }[],
  place: { readonly xM: number; readonly yM: number },
  nearNs: bigint,
): bigint | undefined => {
  const next = path.findIndex(({ timeNs }) => timeNs > nearNs)
  const last = path.length - 1
  const to = path[next < 0 ? last : Math.max(next, 1)]
  const from = path[next < 0 ? last - 1 : Math.max(next, 1) - 1]
  if (!from || !to) return undefined
  const [dx, dy] = [to.xM - from.xM, to.yM - from.yM]
  const squared = dx * dx + dy * dy
  // Under 0.1 m between two frames the place says the time to no better than a tenth of them.
  if (squared < 0.01) return undefined
  const share = ((place.xM - from.xM) * dx + (place.yM - from.yM) * dy) / squared
  return from.timeNs + BigInt(Math.round(Number(to.timeNs - from.timeNs) * share))
}

/** Median of offsets in ms, to 0.01 ms; 0 for none. */
export const medianOffsetMs = (offsetsNs: readonly bigint[]): number =>
  offsetsNs.length === 0 ? 0 : Math.round(median(offsetsNs.map(Number)) / 1e4) / 100

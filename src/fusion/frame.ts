import type { ImageRef } from '#messages'

/** One camera's image as it arrived, by name. */
export interface Frame {
  readonly view: string
  readonly image: Readonly<Pick<ImageRef, 'topic' | 'eventTimeNs' | 'payloadSha256'>>
  /** ns since the Unix epoch, offset of the rig applied. */
  readonly captureTimeNs: bigint
  /** Admission; ns since the Unix epoch. */
  readonly eventTimeNs: bigint
}

/** Sorts stamps. */
export const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** Earliest and latest capture of some frames; ns since the Unix epoch. */
export interface Interval {
  readonly earliestNs: bigint
  readonly latestNs: bigint
}

/** From one frame on; throws on none. */
export const intervalOf = (frames: readonly Frame[]): Interval => {
  const first = frames[0]
  if (!first) throw new Error('no frames, no interval')
  return frames.reduce((interval, { captureTimeNs }) => widen(interval, captureTimeNs), {
    earliestNs: first.captureTimeNs,
    latestNs: first.captureTimeNs,
  })
}

export const widen = ({ earliestNs, latestNs }: Interval, timeNs: bigint): Interval => ({
  earliestNs: timeNs < earliestNs ? timeNs : earliestNs,
  latestNs: timeNs > latestNs ? timeNs : latestNs,
})

export const spreadNs = ({ earliestNs, latestNs }: Interval): bigint => latestNs - earliestNs

/** Twice the distance from the interval's middle, so that it stays whole; ns. */
export const doubleDistanceNs = ({ earliestNs, latestNs }: Interval, timeNs: bigint): bigint => {
  const difference = 2n * timeNs - earliestNs - latestNs
  return difference < 0n ? -difference : difference
}

import type { FrameSet } from '#messages'

/** Two decimals, as the answers have them; never -0.00. */
export const hundredthsText = (value: number): string => (Math.round(value * 100) / 100 + 0).toFixed(2)

/** When a set was taken, seen from another; s. */
export const secondsText = (
  { referenceTimeNs }: Pick<FrameSet, 'referenceTimeNs'>,
  from: Pick<FrameSet, 'referenceTimeNs'>,
): string => hundredthsText(Number(referenceTimeNs - from.referenceTimeNs) / 1e9)

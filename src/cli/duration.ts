import { OutriderError } from '#errors'

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, min: 60_000, h: 3_600_000 }

/** '500ms', '20s', '1.5min' -> ms. Throws OutriderError DURATION_INVALID. */
export const parseDurationMs = (text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|min|h)$/.exec(text)
  const unit = UNITS_MS[match?.[2] ?? '']
  if (match && unit !== undefined) return Number(match[1]) * unit
  throw new OutriderError({
    code: 'DURATION_INVALID',
    expected: 'a number with its unit, as in 500ms, 20s, 1.5min',
    found: JSON.stringify(text),
  })
}

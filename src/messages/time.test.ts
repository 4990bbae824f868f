import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nsFromTimestamp, secondsBetween, timestampFromNs } from './time.ts'

describe('stamps', () => {
  it('go to a protobuf Timestamp and back without losing a nanosecond, before 1970 too', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }), (ns) => {
        const timestamp = timestampFromNs(ns)
        expect(timestamp.nanos).toBeGreaterThanOrEqual(0)
        expect(timestamp.nanos).toBeLessThan(1e9)
        expect(nsFromTimestamp(timestamp)).toBe(ns)
      }),
    )
  })

  it('differ by seconds with a sign', () => {
    expect(secondsBetween(1_000_000_000n, 3_500_000_000n)).toBe(2.5)
    expect(secondsBetween(3_500_000_000n, 1_000_000_000n)).toBe(-2.5)
  })
})

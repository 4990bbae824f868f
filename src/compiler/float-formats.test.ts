import fc from 'fast-check'
import { expect, it } from 'vitest'
import { bfloat16FromFloat32, float16FromFloat32, float32FromBfloat16, float32FromFloat16 } from './float-formats.ts'

const ALL = Uint16Array.from({ length: 65_536 }, (_, bits) => bits)

/** The value as the formats define it: (-1)^sign * 2^(exponent - bias) * 1.fraction. */
const numberOf = (bits: number, exponentBits: number, fractionBits: number): number => {
  const sign = bits >> 15 ? -1 : 1
  const exponent = (bits >> fractionBits) & (2 ** exponentBits - 1)
  const fraction = (bits & (2 ** fractionBits - 1)) / 2 ** fractionBits
  const bias = 2 ** (exponentBits - 1) - 1
  if (exponent === 2 ** exponentBits - 1) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN
  if (exponent === 0) return sign * 2 ** (1 - bias) * fraction
  return sign * 2 ** (exponent - bias) * (1 + fraction)
}

const formats = [
  { name: 'bfloat16', exponentBits: 8, fractionBits: 7, decode: float32FromBfloat16, encode: bfloat16FromFloat32 },
  { name: 'float16', exponentBits: 5, fractionBits: 10, decode: float32FromFloat16, encode: float16FromFloat32 },
]

it.each(formats)('every $name is the float32 that its bits define', ({ exponentBits, fractionBits, decode }) => {
  const floats = new Float32Array(ALL.length)
  decode(ALL, floats)
  const wrong = [...ALL].filter((bits) => !Object.is(floats[bits], numberOf(bits, exponentBits, fractionBits)))
  expect(wrong).toEqual([])
})

it.each(formats)('every $name that is a number survives the way to float32 and back', ({ decode, encode }) => {
  const floats = new Float32Array(ALL.length)
  decode(ALL, floats)
  const back = new Uint16Array(ALL.length)
  encode(floats, back)
  const changed = [...ALL].filter((bits) => back[bits] !== bits && !Number.isNaN(floats[bits]))
  expect(changed).toEqual([])
})

it.each(formats)('what is not a number is none as a $name either', ({ exponentBits, fractionBits, encode }) => {
  const target = new Uint16Array(2)
  // The second has its only bit of fraction where 16 bits do not reach.
  encode(new Float32Array(Uint32Array.of(0x7fc00000, 0x7f800001).buffer), target)
  expect([...target].map((bits) => numberOf(bits, exponentBits, fractionBits))).toEqual([Number.NaN, Number.NaN])
})

it.each(formats)(
  'a float32 becomes the nearest $name, the even one of two',
  ({ exponentBits, fractionBits, encode }) => {
    const nearest = (value: number): number => {
      // Positive bit patterns are in the order of their values.
      let low = 0
      let high = ((2 ** exponentBits - 1) << fractionBits) - 1
      while (high - low > 1) {
        const middle = (low + high) >> 1
        if (numberOf(middle, exponentBits, fractionBits) <= value) low = middle
        else high = middle
      }
      const below = value - numberOf(low, exponentBits, fractionBits)
      const above = numberOf(high, exponentBits, fractionBits) - value
      if (below !== above) return below < above ? low : high
      return low % 2 === 0 ? low : high
    }
    const largest = numberOf(((2 ** exponentBits - 1) << fractionBits) - 1, exponentBits, fractionBits)
    fc.assert(
      fc.property(fc.float({ min: 0, max: Math.fround(largest), noNaN: true }), (value) => {
        const target = new Uint16Array(2)
        encode(Float32Array.of(value, -value), target)
        expect([...target]).toEqual([nearest(value), nearest(value) | 0x8000])
      }),
      { numRuns: 2000 },
    )
  },
)

it('a float32 too large for a float16 becomes infinite, and half of the smallest becomes zero', () => {
  const target = new Uint16Array(4)
  float16FromFloat32(Float32Array.of(65_519, 65_520, -1e9, 2 ** -25), target)
  expect([...target]).toEqual([0x7bff, 0x7c00, 0xfc00, 0])
})

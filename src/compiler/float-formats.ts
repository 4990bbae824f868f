// 16-bit floats -> float32. Every 16-bit value is exact in float32; NaN payloads are kept.

/** bfloat16 is the upper half of a float32. `target` and `source` have equal lengths. */
export const float32FromBfloat16 = (source: Uint16Array, target: Float32Array): void => {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  for (let i = 0; i < source.length; i++) bits[i] = source[i]! << 16
}

/** IEEE 754 binary16: 1 sign bit, 5 of exponent (bias 15), 10 of fraction. `target` and `source` have equal lengths. */
export const float32FromFloat16 = (source: Uint16Array, target: Float32Array): void => {
  const bits = new Uint32Array(target.buffer, target.byteOffset, target.length)
  for (let i = 0; i < source.length; i++) bits[i] = FLOAT16_BITS[source[i]!]!
}

const bitsFromFloat16 = (half: number): number => {
  const sign = (half & 0x8000) << 16
  const exponent = (half >> 10) & 0x1f
  const fraction = half & 0x3ff
  // 112 = float32's bias of 127 less float16's of 15.
  if (exponent === 31) return sign | 0x7f800000 | (fraction << 13)
  if (exponent > 0) return sign | ((exponent + 112) << 23) | (fraction << 13)
  if (fraction === 0) return sign
  // Subnormal: shift the leading one up to where float32 leaves it out.
  const shift = Math.clz32(fraction) - 21
  return sign | ((113 - shift) << 23) | (((fraction << shift) & 0x3ff) << 13)
}

const FLOAT16_BITS = Uint32Array.from({ length: 65_536 }, (_, half) => bitsFromFloat16(half) >>> 0)

/** float32 -> bfloat16, round to nearest even; NaN stays NaN. */
export const bfloat16FromFloat32 = (source: Float32Array, target: Uint16Array): void => {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length)
  for (let i = 0; i < source.length; i++) {
    const value = bits[i]!
    target[i] =
      (value & 0x7fffffff) > 0x7f800000 ? (value >>> 16) | 0x40 : (value + 0x7fff + ((value >>> 16) & 1)) >>> 16
  }
}

/** float32 -> IEEE 754 binary16, round to nearest even; too large becomes infinite. */
export const float16FromFloat32 = (source: Float32Array, target: Uint16Array): void => {
  const bits = new Uint32Array(source.buffer, source.byteOffset, source.length)
  for (let i = 0; i < source.length; i++) target[i] = float16FromBits(bits[i]!)
}

const float16FromBits = (value: number): number => {
  const sign = (value >>> 16) & 0x8000
  const magnitude = value & 0x7fffffff
  if (magnitude > 0x7f800000) return sign | 0x7e00
  // 65520 and more rounds up past the largest finite half, 65504.
  if (magnitude >= 0x477ff000) return sign | 0x7c00
  if (magnitude >= 0x38800000) return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13)
  // Subnormal: in units of 2^-24. Half of one and less rounds to zero.
  if (magnitude <= 0x33000000) return sign
  const shift = 126 - (magnitude >>> 23)
  const fraction = (magnitude & 0x7fffff) | 0x800000
  const half = 1 << (shift - 1)
  const rest = fraction & ((1 << shift) - 1)
  const whole = fraction >>> shift
  return sign | (rest > half || (rest === half && (whole & 1) === 1) ? whole + 1 : whole)
}

/** Red, green, blue as a screen shows them, 0 to 255. */
export type Rgb = readonly [number, number, number]

export const PATTERNS = ['plain', 'bands', 'stripes', 'checks', 'dots', 'wood', 'tiles', 'speckles'] as const
export type Pattern = (typeof PATTERNS)[number]

/** What a surface is made of. */
export interface Material {
  readonly colour: Rgb
  /** Of the pattern's other parts. */
  readonly second?: Rgb
  readonly pattern?: Pattern
  /** Of one repetition; m. */
  readonly scaleM?: number
  /** How much of the light it mirrors, from 0 to 1. */
  readonly gloss?: number
  /** Shines by itself. */
  readonly glows?: boolean
}

/** Noise in [0, 1) of a place in a lattice. */
export const noiseAt = (x: number, y: number): number => {
  let mixed = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d)
  mixed ^= mixed >>> 12
  return (mixed >>> 0) / 2 ** 32
}

const smoothNoise = (x: number, y: number): number => {
  const [x0, y0] = [Math.floor(x), Math.floor(y)]
  const [fx, fy] = [x - x0, y - y0]
  const low = noiseAt(x0, y0) * (1 - fx) + noiseAt(x0 + 1, y0) * fx
  const high = noiseAt(x0, y0 + 1) * (1 - fx) + noiseAt(x0 + 1, y0 + 1) * fx
  return low * (1 - fy) + high * fy
}

const isOdd = (value: number): boolean => (Math.floor(value) & 1) === 1

/** Share of the second colour at a place of the surface, from 0 to 1; u and v in repetitions. */
export const patternAt = (pattern: Pattern, u: number, v: number): number => {
  switch (pattern) {
    case 'plain':
      return 0
    case 'bands':
      return isOdd(v) ? 1 : 0
    case 'stripes':
      return isOdd(u) ? 1 : 0
    case 'checks':
      return isOdd(u) === isOdd(v) ? 1 : 0
    case 'dots':
      return Math.hypot(u - Math.floor(u) - 0.5, v - Math.floor(v) - 0.5) < 0.28 ? 1 : 0
    case 'wood': {
      const plank = Math.floor(v)
      const joint = v - plank < 0.03 ? 0.7 : 0
      const grain = smoothNoise(u * 0.7 + plank * 17, v * 9) * 0.5 + smoothNoise(u * 3 + plank * 5, v * 40) * 0.25
      return Math.min(joint + grain + noiseAt(plank, 7) * 0.3, 1)
    }
    case 'tiles':
      return u - Math.floor(u) < 0.05 || v - Math.floor(v) < 0.05 ? 1 : noiseAt(Math.floor(u), Math.floor(v)) * 0.12
    case 'speckles':
      return smoothNoise(u * 4, v * 4) > 0.72 ? 0.8 : smoothNoise(u * 9, v * 9) * 0.25
  }
}

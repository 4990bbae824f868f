import type { Dice } from './dice.ts'
import type { Rgb } from './shapes/material.ts'

/** Hue (degrees), saturation and lightness from and to, as people call them by one name. */
const RANGES = {
  red: [352, 366, 0.7, 0.9, 0.38, 0.5],
  orange: [20, 30, 0.85, 1, 0.5, 0.56],
  yellow: [48, 55, 0.8, 1, 0.5, 0.6],
  green: [105, 140, 0.45, 0.75, 0.28, 0.42],
  turquoise: [173, 184, 0.5, 0.8, 0.42, 0.52],
  blue: [212, 230, 0.6, 0.85, 0.38, 0.52],
  purple: [268, 284, 0.4, 0.65, 0.36, 0.48],
  pink: [328, 342, 0.6, 0.85, 0.68, 0.78],
  brown: [22, 30, 0.4, 0.55, 0.22, 0.32],
  white: [40, 60, 0, 0.08, 0.9, 0.97],
  grey: [200, 220, 0, 0.05, 0.45, 0.56],
  black: [220, 240, 0, 0.08, 0.08, 0.13],
} as const

export type ColourName = keyof typeof RANGES

export const COLOURS = Object.keys(RANGES) as readonly ColourName[]

export const hsl = (hueDegrees: number, saturation: number, lightness: number): Rgb => {
  const spread = saturation * Math.min(lightness, 1 - lightness)
  const channel = (offset: number): number => {
    const turn = (offset + hueDegrees / 30 + 12) % 12
    return 255 * (lightness - spread * Math.max(-1, Math.min(turn - 3, 9 - turn, 1)))
  }
  return [channel(0), channel(8), channel(4)]
}

/** One of the shades that go by a name. */
export const shadeOf = (name: ColourName, dice: Dice): Rgb => {
  const [h0, h1, s0, s1, l0, l1] = RANGES[name]
  return hsl(dice.between(h0, h1), dice.between(s0, s1), dice.between(l0, l1))
}

import type { Dice } from '../dice.ts'
import type { Rgb } from '../shapes/material.ts'
import type { Point3 } from '../shapes/mesh.ts'

/** One lamp or window that throws shadows, and light from everywhere. */
export interface RoomLight {
  /** Towards the light; of length 1. */
  readonly towards: Point3
  /** Share of a colour that it lights, by channel. */
  readonly direct: Rgb
  readonly ambient: Rgb
}

const TINTS: readonly Rgb[] = [
  [1, 1, 1],
  [1.06, 0.98, 0.86],
  [1.1, 0.96, 0.78],
  [0.92, 0.98, 1.08],
]

export const drawLight = (dice: Dice): RoomLight => {
  const [azimuth, elevation] = [dice.between(-Math.PI, Math.PI), dice.between(0.75, 1.4)]
  const tint = dice.pick(TINTS)
  // A dim evening to a bright noon.
  const strength = dice.between(0.6, 1.25)
  const share = dice.between(0.5, 0.72)
  // From the side of the viewer: a light behind the wall lights nothing.
  const level = Math.cos(elevation)
  return {
    towards: [level * Math.sin(azimuth), -level * Math.abs(Math.cos(azimuth)), Math.sin(elevation)],
    direct: [tint[0] * strength * share, tint[1] * strength * share, tint[2] * strength * share],
    ambient: [tint[0] * strength * (1 - share), tint[1] * strength * (1 - share), tint[2] * strength * (1 - share)],
  }
}
